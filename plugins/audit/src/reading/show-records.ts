import { linesOf } from './lines.ts'

type Fields = Readonly<Record<string, unknown>>

/** The records of a file for people, a line each. What is no record is shown as such. Nothing is verified. */
export async function* showRecords(file: string): AsyncGenerator<string> {
  for await (const { bytes, number } of linesOf(file)) {
    const record = parse(bytes)
    yield record === undefined ? `line ${number} is no record\n` : `${show(record)}\n`
  }
}

const parse = (bytes: Buffer): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null && 'seq' in value ? value : undefined
  } catch {
    return undefined
  }
}

const show = (record: Fields): string => {
  const { seq, time, type } = record
  const parts = [`${text(time)}  #${text(seq)}  ${text(type).padEnd(10)}`, ...describe(record)]
  return parts.filter(part => part !== '').join('  ')
}

const describe = (record: Fields): readonly string[] => {
  if (record['type'] === 'checkpoint') return [text(record['event']), record['key'] === null ? 'unsigned' : 'signed']
  return [text(record['decision']).padEnd(5), who(record), what(record), why(record), how(record), where(record)]
}

const who = ({ kind, object, name, client, address }: Fields): string => {
  if (address !== undefined) return `from ${text(address)}`
  if (object === null) return 'nobody'
  return `${text(kind)} ${text(name ?? object)} by ${text(client)}`
}

const what = ({ method, tool, endpoint, arguments: given }: Fields): string => {
  const said = given === undefined ? '' : ` ${text(JSON.stringify(given))}`
  return method === null ? '' : `${text(method)}${optional(' ', tool)}${optional(' ', endpoint)}${said}`
}

const why = ({ code, filter, rule, reason }: Fields): string =>
  code === null ? '' : `${text(code)}${optional(' by ', filter)}${optional(', rule ', rule)}${optional(': ', reason)}`

const how = ({ status, result, duration, bytesOut, ended, count, first, last }: Fields): string => {
  if (count !== undefined) return `${text(count)} times${optional(', ', first)}${optional(' to ', last)}`
  const answer = status === null ? '' : text(status)
  if (duration === undefined) return answer
  return `${answer}${optional(' ', result)}, ${text(duration)} ms, ${text(bytesOut)} bytes${ended === 'complete' ? '' : `, ${text(ended)}`}`
}

const where = ({ route, request }: Fields): string =>
  [route, request]
    .flatMap(part => part ?? [])
    .map(text)
    .join(' ')

const optional = (before: string, value: unknown): string =>
  value === undefined || value === null ? '' : before + text(value)

/** Nothing that a client chose may move the cursor of a terminal. */
const text = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
