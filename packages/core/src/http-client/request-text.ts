/** What the head of a request says of its content: a length in bytes, chunks, or that there is none. */
export type RequestFraming = number | 'chunked' | undefined

/** Methods of which a server waits for content where none is announced (RFC 9110 section 8.6). */
const EXPECTS_CONTENT = new Set(['POST', 'PUT', 'PATCH'])

/** A sign that ends a field, or that one byte cannot carry. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/

/**
 * The head of an HTTP/1.1 request as text (RFC 9112 section 3). `fields` are names and values in turn; none of them may be
 * `Host`, `Connection`, or of the framing.
 *
 * @throws TypeError for a sign with which one field would become two. Whoever wrote the fields has checked them; a request
 *   that is smuggled is worth a second look.
 */
export const requestText = (
  method: string,
  target: string,
  host: string,
  fields: readonly string[],
  framing: RequestFraming
): string => {
  let text = checked(`${method} ${target} HTTP/1.1`) + `host: ${host}\r\nconnection: keep-alive\r\n`
  for (let i = 0; i < fields.length; i += 2) text += checked(`${fields[i]!}: ${fields[i + 1]!}`)
  return text + framingField(method, framing)
}

const checked = (line: string): string => {
  if (FORBIDDEN.test(line)) throw new TypeError('A field of the request has a sign that HTTP does not allow')
  return `${line}\r\n`
}

const framingField = (method: string, framing: RequestFraming): string => {
  if (framing === 'chunked') return 'transfer-encoding: chunked\r\n\r\n'
  if (framing !== undefined) return `content-length: ${framing}\r\n\r\n`
  return EXPECTS_CONTENT.has(method) ? 'content-length: 0\r\n\r\n' : '\r\n'
}
