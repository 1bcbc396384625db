/** What the head of a request says of its content: a length in bytes, chunks, or that there is none. */
export type RequestFraming = number | 'chunked' | undefined

/** Methods of which a server waits for content where none is announced (RFC 9110 section 8.6). */
const EXPECTS_CONTENT = new Set(['POST', 'PUT', 'PATCH'])

/**
 * The head of an HTTP/1.1 request as text (RFC 9112 section 3). `fields` are names and values in turn, and checked by those
 * who wrote them: by node:http's parser as they arrived, by `HeaderLines` as filters set them. None of them is `Host`,
 * `Connection`, or of the framing.
 */
export const requestText = (
  method: string,
  target: string,
  host: string,
  fields: readonly string[],
  framing: RequestFraming
): string => {
  let text = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]!}: ${fields[i + 1]!}\r\n`
  return text + framingField(method, framing)
}

const framingField = (method: string, framing: RequestFraming): string => {
  if (framing === 'chunked') return 'transfer-encoding: chunked\r\n\r\n'
  if (framing !== undefined) return `content-length: ${framing}\r\n\r\n`
  return EXPECTS_CONTENT.has(method) ? 'content-length: 0\r\n\r\n' : '\r\n'
}
