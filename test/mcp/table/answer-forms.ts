import { Raw } from './row.ts'

/** A form in which an upstream answers. */
export interface AnswerForm {
  readonly name: string
  readonly type: string
  /** The bytes of some messages. */
  write(answers: readonly unknown[]): Buffer
  /** The messages in what a client got. */
  read(body: string): unknown[]
  /** The text of the one message in what a client got. */
  textIn(body: string): string
}

/** Several messages are an array, as batches are answered until 2025-03-26. */
const json: AnswerForm = {
  name: 'JSON',
  type: 'application/json',
  write(answers) {
    const messages = answers.filter(answer => !(answer instanceof Raw))
    return Buffer.from(
      messages.length === 0 ? '' : messages.length === 1 ? textOf(messages[0]) : `[${messages.map(textOf).join()}]`
    )
  },
  read: body => (body === '' ? [] : [JSON.parse(body)].flat()),
  textIn: body => body
}

/** A message that is a text already is sent as it is. */
const textOf = (message: unknown): string => (typeof message === 'string' ? message : JSON.stringify(message))

const events = (name: string, lineEnd: string, type: string, dataLines: (text: string) => string[]): AnswerForm => ({
  name,
  type,
  write: answers =>
    Buffer.from(
      answers
        .map((answer, i) => {
          const lines =
            answer instanceof Raw ? answer.lines : [`id: ${i}`, 'event: message', ...dataLines(textOf(answer))]
          return [...lines, '', ''].join(lineEnd)
        })
        .join('')
    ),
  read: body => dataOf(body).flatMap(data => JSON.parse(data) as unknown),
  textIn: body => dataOf(body).join('\n\n')
})

const dataOf = (body: string): string[] =>
  body.split(/(?:\r\n|\r(?!\n)|\n){2}/).flatMap(event => {
    const lines = event.split(/\r\n|\r|\n/).flatMap(line => (line.startsWith('data:') ? line.slice(5).trimStart() : []))
    const data = lines.join('\n')
    return data === '' ? [] : data
  })

/** Between two members, where JSON lets a line end stand. */
const inTwo = (text: string): string[] =>
  /^[[{]/.test(text) ? [`data: ${text.slice(0, 1)}`, `data:${text.slice(1)}`] : inOne(text)
const inOne = (text: string): string[] => [`data: ${text}`]

/** Every form that MCP has. */
export const ANSWER_FORMS: readonly AnswerForm[] = [
  json,
  events('events with LF', '\n', 'text/event-stream', inOne),
  events('events with CR', '\r', 'text/event-stream', inOne),
  events('events with CRLF, data in two lines', '\r\n', 'Text/Event-Stream; charset=utf-8', inTwo)
]
