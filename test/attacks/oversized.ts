import type { Attack, AttackTable } from './attack.ts'
import { bearer, get, HOST, post } from './requests.ts'

const tooLarge = (name: string, sent: string): Attack => ({
  name,
  sent,
  expected: { status: 431, code: 'SLUICE_REQUEST_HEADERS_TOO_LARGE' }
})

const fields = (count: number): string[] => Array.from({ length: count }, (_, i) => `a${i}: b`)

/** More of everything than a request has. */
export const oversized: AttackTable = {
  subject: 'Oversized requests',
  about:
    'heads, targets, fields, tokens, trailers and bodies that are too large or too many, and requests without end on one connection',
  async rows(target) {
    await target.start()
    const endless = `GET /open HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`
    return [
      tooLarge('a field of 40 KB', get('/open', `X-A: ${'x'.repeat(40_000)}`)),
      tooLarge('a field name of 40 KB', get('/open', `${'x'.repeat(40_000)}: a`)),
      tooLarge('a target of 40 KB', get(`/open?${'x'.repeat(40_000)}`)),
      {
        name: 'a method of 40 KB',
        sent: `${'X'.repeat(40_000)} /open HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
        expected: { status: 400, code: 'SLUICE_REQUEST_MALFORMED' }
      },
      tooLarge('a token of 40 KB', bearer('x'.repeat(40_000))),
      tooLarge('a Host of 40 KB', `GET /open HTTP/1.1\r\nHost: ${'x'.repeat(40_000)}\r\n\r\n`),
      tooLarge('200 fields and more', get('/open', ...fields(199))),
      tooLarge(
        '2000 fields, behind which a second Authorization hides',
        post('/mcp', `Authorization: Bearer ${target.token()}`, ...fields(2000), 'Authorization: Bearer x')
      ),
      {
        name: 'a token of 20 KB',
        sent: bearer(target.token({ groups: Array(380).fill('0f7c7a10-54c3-4d0a-8f6b-1f1f0e2b9a01') })),
        expected: { status: 401, error: 'invalid_token', code: 'SLUICE_AUTH_TOKEN_TOO_LARGE' }
      },
      {
        name: 'a body of 10 MB without a token is not read',
        sent: `POST /mcp HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(1_000_000)}`,
        expected: { status: 401, error: 'none', code: 'SLUICE_AUTH_TOKEN_MISSING', answer: /^connection: close$/im }
      },
      {
        name: 'a body of 1000 gigabytes, announced',
        sent: `POST /mcp HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1000000000000\r\nExpect: 100-continue\r\n\r\n`,
        expected: { status: 401, error: 'none', code: 'SLUICE_AUTH_TOKEN_MISSING', answerLacks: /100 Continue/ }
      },
      {
        name: '100,000 requests on one connection, nothing read',
        sent: endless.repeat(100_000),
        expected: { status: 0 },
        after: () =>
          target.gateway.log.some(({ message }) => /too much behind/.test(message)) ? undefined : 'nothing is logged'
      },
      tooLarge(
        'trailers of 40 KB',
        `POST /open HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-A: ${'x'.repeat(40_000)}\r\n\r\n`
      )
    ]
  }
}
