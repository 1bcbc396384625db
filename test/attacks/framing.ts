import type { Attack, AttackTable } from './attack.ts'
import { HOST, post, request } from './requests.ts'

/** What a smuggled request would be. */
const SMUGGLED = `GET /open?smuggled HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`

const malformed = (name: string, sent: string): Attack => ({
  name,
  sent,
  expected: { status: 400, code: 'SLUICE_REQUEST_MALFORMED' }
})

/** A POST to a route without authentication, whose connection stays: what is smuggled would be served. */
const framed = (name: string, fields: string, rest = SMUGGLED): Attack =>
  malformed(name, `POST /open HTTP/1.1\r\nHost: ${HOST}\r\n${fields}\r\n\r\n${rest}`)

/** A request whose body breaks off: it never reaches the upstream, nor does what follows it. */
const torn = (name: string, chunks: string): Attack =>
  malformed(name, `POST /open HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}${SMUGGLED}`)

const line = (name: string, start: string): Attack => malformed(name, `${start}\r\nHost: ${HOST}\r\n\r\n`)

/** Messages that two servers could take apart in two ways. */
export const framing: AttackTable = {
  subject: 'Framing and request smuggling',
  about:
    'CL.TE, TE.CL, lengths and codings of every odd spelling, chunks, line endings, folding, other protocols and versions',
  async rows(target) {
    await target.start()
    return [
      framed('CL.TE', 'Content-Length: 4\r\nTransfer-Encoding: chunked', `0\r\n\r\n${SMUGGLED}`),
      framed('TE.CL', 'Transfer-Encoding: chunked\r\nContent-Length: 4', `5c\r\n${SMUGGLED}\r\n0\r\n\r\n`),
      framed('two lengths', 'Content-Length: 4\r\nContent-Length: 5', `abcd${SMUGGLED}`),
      framed('the same length twice', 'Content-Length: 4\r\nContent-Length: 4', `abcd${SMUGGLED}`),
      framed('a list of lengths', 'Content-Length: 4, 4', `abcd${SMUGGLED}`),
      framed('a length with a sign', 'Content-Length: +4', `abcd${SMUGGLED}`),
      framed('a negative length', 'Content-Length: -1'),
      framed('a hexadecimal length', 'Content-Length: 0x4', `abcd${SMUGGLED}`),
      framed('a length with a space in it', 'Content-Length: 4 0', `abcd${SMUGGLED}`),
      framed('an empty length', 'Content-Length:'),
      framed('a length that no integer holds', 'Content-Length: 18446744073709551620', `abcd${SMUGGLED}`),
      framed('a space before the colon', 'Content-Length : 4', `abcd${SMUGGLED}`),
      framed('a coding that is no coding', 'Transfer-Encoding: xchunked', `0\r\n\r\n${SMUGGLED}`),
      framed('identity', 'Transfer-Encoding: identity'),
      framed('chunked, but not last', 'Transfer-Encoding: chunked, identity', `0\r\n\r\n${SMUGGLED}`),
      framed('chunked twice in a list', 'Transfer-Encoding: chunked, chunked', `0\r\n\r\n${SMUGGLED}`),
      framed(
        'chunked in two fields',
        'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
        `0\r\n\r\n${SMUGGLED}`
      ),
      framed('another coding before chunked', 'Transfer-Encoding: gzip, chunked', `0\r\n\r\n${SMUGGLED}`),
      framed(
        'another coding in a field before',
        'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked',
        `0\r\n\r\n${SMUGGLED}`
      ),
      framed('a vertical tab before chunked', 'Transfer-Encoding: \u000bchunked', `0\r\n\r\n${SMUGGLED}`),
      framed('chunked in quotes', 'Transfer-Encoding: "chunked"', `0\r\n\r\n${SMUGGLED}`),
      framed('a coding on a folded line (obs-fold)', 'Transfer-Encoding:\r\n chunked', `0\r\n\r\n${SMUGGLED}`),
      framed('any folded line', 'X-A: b\r\n\tc', SMUGGLED),
      framed('a space in a field name', 'Transfer Encoding: chunked', `0\r\n\r\n${SMUGGLED}`),
      framed('a NUL in a field name', 'Transfer-Encoding\u0000: chunked', `0\r\n\r\n${SMUGGLED}`),
      framed('a NUL in a value', 'X-A: b\u0000c', SMUGGLED),
      framed('a bare CR in a value', 'X-A: b\rTransfer-Encoding: chunked', SMUGGLED),
      framed('a line without a colon', 'Transfer-Encoding chunked', SMUGGLED),
      framed('a field without a name', ': chunked', SMUGGLED),
      malformed('bare LF in place of CR LF', `GET /open HTTP/1.1\nHost: ${HOST}\n\n`),
      malformed(
        'a field that ends in a bare LF',
        `GET /open HTTP/1.1\r\nX-A: b\nTransfer-Encoding: chunked\r\nHost: ${HOST}\r\n\r\n`
      ),
      malformed(
        'HTTP/1.0 with a transfer coding',
        `POST /open HTTP/1.0\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
      ),
      torn('a chunk size with 0x', '0x5\r\nhello\r\n0\r\n\r\n'),
      torn('a negative chunk size', '-1\r\nhello\r\n0\r\n\r\n'),
      torn('a chunk size that no integer holds', 'fffffffffffffffff\r\nhello\r\n'),
      torn('a chunk longer than its size', '5\r\nhello, world\r\n0\r\n\r\n'),
      torn('chunks with bare LF', '5\nhello\n0\n\n'),
      torn('a bare LF inside a chunk extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'),
      torn('a chunk extension of 20 KB', `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
      line('no version (HTTP/0.9)', 'GET /open'),
      line('a version that does not exist', 'GET /open HTTP/1.2'),
      line('HTTP/2.0 in the words of HTTP/1', 'GET /open HTTP/2.0'),
      line('the preface of HTTP/2', 'PRI * HTTP/2.0'),
      line('a version in lower case', 'GET /open http/1.1'),
      line('a tab in place of a space', 'GET\t/open HTTP/1.1'),
      line('a method in lower case', 'get /open HTTP/1.1'),
      malformed(
        'a TLS handshake on the plain port',
        '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'
      ),
      {
        name: 'a tunnel (CONNECT)',
        sent: `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n${SMUGGLED}`,
        expected: { status: 405, code: 'SLUICE_METHOD_NOT_ALLOWED' }
      },
      {
        name: 'a WebSocket',
        sent: post('/open', 'Upgrade: websocket', 'Connection: upgrade'),
        expected: { status: 501, code: 'SLUICE_UPGRADE_UNSUPPORTED' }
      },
      {
        name: 'two spaces in the request line go on as one',
        sent: request('GET  /open'),
        expected: { status: 200, saw: [['GET /open']] }
      },
      {
        name: 'a request in the body of a GET stays a body',
        sent: `GET /open HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
        expected: { status: 200, saw: [['GET /open', '', SMUGGLED]] }
      },
      {
        name: 'fields behind the body (trailers) end here',
        sent: `POST /open HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n`,
        expected: { status: 200, saw: [['POST /open', '', '{}']] }
      },
      {
        name: 'a length spelt with _ is no length',
        sent: `POST /open HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nContent_Length: 50\r\nTransfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}`,
        expected: { status: 200, saw: [['POST /open', '', '{}']] }
      }
    ]
  }
}
