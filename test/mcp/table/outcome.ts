import type { AnswerForm } from './answer-forms.ts'
import type { Json } from './messages.ts'
import { Raw, type Revision, type Row } from './row.ts'
import type { Exchanged } from './scene.ts'

/** What is to be seen of an exchange, at three places. */
export interface Outcome {
  readonly filters: {
    readonly lines: readonly string[]
    readonly values: readonly unknown[]
    readonly versions: readonly unknown[]
  }
  /** Nothing, if it hears nothing. */
  readonly upstream: { readonly body: string; readonly fields: Json } | undefined
  readonly client: { readonly status: number; readonly body: unknown; readonly etag: string | undefined }
}

/** The error by which the gateway takes the place of a result. */
export const gatewayError = (code: string, rpcCode: number, id: unknown): Json => ({ id, gateway: code, rpcCode })

/** What the upstream of a row answers; nothing where it hears nothing. */
export const answersOf = ({ sends, answers, refused }: Row): readonly unknown[] =>
  refused === undefined ? (answers ?? askedOf(sends).map(({ id }) => ({ jsonrpc: '2.0', id, result: {} }))) : []

const messagesOf = (sends: unknown): Json[] => {
  if (sends === undefined || Buffer.isBuffer(sends)) return []
  return [typeof sends === 'string' ? (JSON.parse(sends) as Json) : (sends as Json)].flat()
}

const askedOf = (sends: unknown): Json[] =>
  messagesOf(sends).filter(({ id, method }) => id !== undefined && method !== undefined)

/** What a row says of an exchange whose upstream answers in some form. */
export const expected = (revision: Revision, row: Row, sent: Buffer, answered: Buffer): Outcome => {
  const { refused, sees, upstream = sent.toString(), upstreamFields = {}, gets, getsText } = row
  const lines = [...sees, ...(row.answers === undefined && refused === undefined ? defaultLines(row.sends) : [])]
  const requests = lines.filter(line => !/^(?:result|error) /.test(line)).length
  const messages = requests === 0 ? [] : messagesOf(row.sends).slice(0, requests)
  const results = (row.results ?? answersOf(row).flatMap(resultsOf)).slice(0, lines.length - requests)
  return {
    filters: {
      lines,
      values: [...messages.map(({ params }) => params ?? {}), ...results],
      versions: messages.map(() => (revision === '2025-03-26' ? undefined : revision))
    },
    upstream: refused === undefined ? { body: upstream, fields: upstreamFields } : undefined,
    client:
      refused === undefined
        ? { status: statusOf(row), body: getsText ?? gets ?? answered.toString(), etag: undefined }
        : { status: refused[0], body: refused[3].map(id => gatewayError(refused[1], refused[2], id)), etag: undefined }
  }
}

/** The status of the upstream's answer. */
export const statusOf = (row: Row): number => row.status ?? (answersOf(row).length === 0 ? 202 : 200)

const defaultLines = (sends: unknown): string[] =>
  askedOf(sends).map(({ method, id }) => `result ${String(method)} < ${String(method)} #${String(id)}`)

const resultsOf = (answer: unknown): unknown[] => {
  if (answer instanceof Raw) return []
  const value = typeof answer === 'string' ? (JSON.parse(answer) as unknown) : answer
  return [value].flat().flatMap(message => {
    if (typeof message !== 'object' || message === null) return []
    const { params, result } = message as Record<string, Json | undefined>
    const carried = (result ?? params)?.['result']
    const own = 'result' in message || 'error' in message ? [result] : []
    return carried === undefined ? own : [carried, ...own]
  })
}

/** What an exchange was, as {@link expected} says it. */
export const observed = (row: Row, form: AnswerForm, exchanged: Exchanged): Outcome => {
  const { seen, received, status, fields } = exchanged
  const names = Object.keys(row.upstreamFields ?? {})
  return {
    filters: seen,
    upstream: received && {
      body: received.body,
      fields: Object.fromEntries(names.map(name => [name, received.fields[name]]))
    },
    client: { status, body: readBody(row, form, exchanged), etag: fields.etag }
  }
}

const readBody = ({ gets, getsText }: Row, form: AnswerForm, { fields, body }: Exchanged): unknown => {
  if (fields['x-sluice-error'] !== undefined) return [JSON.parse(body) as unknown].flat().map(brief)
  if (getsText !== undefined) return form.textIn(body)
  return gets === undefined ? body : form.read(body).map(brief)
}

/** An error of the gateway's has the id of the exchange in it, which is another every time. */
const brief = (message: unknown): unknown => {
  const { id, error } = message as { id: unknown; error?: { code: number; data?: { code?: string } } }
  return error?.data?.code === undefined ? message : gatewayError(error.data.code, error.code, id)
}
