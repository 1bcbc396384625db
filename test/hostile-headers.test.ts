import type { Filter } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

/** What undici's dispatch refuses, or could: a throw inside it keeps the pool's slot for good. */
const hostile = [
  ['expect: 100-continue'],
  ['upgrade: websocket', 'connection: upgrade'],
  ['te: trailers, deflate;q=0.5'],
  ['keep-alive: timeout=-1'],
  ['connection: close, \u00e4'],
  ['content-length: 0', 'connection: keep-alive, content-length'],
  ['x-odd: \t \u0080\u00ff "(){}', 'x-empty:'],
  ['transfer-encoding: chunked', 'trailer: x', 'connection: transfer-encoding, x'],
  ['host: second.example'],
  ['content-type: \u00fc', 'content-type: text/plain']
]

t.test('requests that undici would refuse leave the pool as it was', async t => {
  const { url } = await upstream(t, (req, res) => {
    req.resume()
    res.end('good')
  })
  const g = await gateway(t, [{ upstream: { url, connections: 8 } }])
  for (const lines of hostile) {
    const wire = await Wire.to(g.url)
    wire.write(
      'POST /mcp HTTP/1.1',
      'host: x',
      ...lines,
      '',
      lines.includes('transfer-encoding: chunked') ? '0\r\n\r\n' : ''
    )
    await wire.until(/HTTP\/1.1 [2-5]\d\d/)
    wire.socket.destroy()
  }
  for (let i = 0; i < 16; i++) t.equal(await (await fetch(`${g.url}/mcp`)).text(), 'good')
})

t.test('a filter that sets what HTTP does not allow is a 500, and the pool is as it was', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('good'))
  const rows = [
    ['x-a', 'line\r\nx-b: c'],
    ['x-a', 'snow\u2603'],
    ['x a', 'b'],
    ['content-length', '5'],
    ['Transfer-Encoding', 'chunked'],
    ['connection', 'close'],
    ['host', 'other.example']
  ] as const
  let row: readonly [string, string] | undefined
  const filter: Filter = {
    onUpstream: head => {
      if (row !== undefined) head.set(...row)
      return undefined
    }
  }
  const g = await gateway(t, [{ upstream: { url, connections: 1 }, filters: [filter] }])
  for (row of rows) {
    const res = await fetch(`${g.url}/mcp`)
    t.equal(res.status, 500, row.join(': '))
    t.equal(res.headers.get('x-sluice-error'), 'SLUICE_FILTER_FAILED')
  }
  row = undefined
  t.equal(await (await fetch(`${g.url}/mcp`)).text(), 'good')
})

t.test('bytes that are no request are answered, not crashed on', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('good'))
  const g = await gateway(t, [{ path: '/', prefix: true, upstream: url }])
  const rows = [
    ['NONSENSE\r\n\r\n', /400 Bad Request[^]*SLUICE_REQUEST_MALFORMED/],
    [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, /431 [^]*SLUICE_REQUEST_HEADERS_TOO_LARGE/],
    ['GET /a/../b HTTP/1.1\r\nhost: x\r\n\r\n', /400 Bad Request[^]*SLUICE_REQUEST_TARGET/],
    ['GET /a//b HTTP/1.1\r\nhost: x\r\n\r\n', /SLUICE_REQUEST_TARGET/],
    ['GET /a%2Fb HTTP/1.1\r\nhost: x\r\n\r\n', /SLUICE_REQUEST_TARGET/],
    ['GET /a%2e%2e/b HTTP/1.1\r\nhost: x\r\n\r\n', /SLUICE_REQUEST_TARGET/],
    ['GET /a\\b HTTP/1.1\r\nhost: x\r\n\r\n', /SLUICE_REQUEST_TARGET/],
    ['OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n', /SLUICE_REQUEST_TARGET/],
    ['GET http://x/abc?d HTTP/1.1\r\nhost: x\r\n\r\n', /200 OK[^]*good/],
    [
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      /400 Bad Request/
    ],
    ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', /400 Bad Request/]
  ] as const
  for (const [bytes, answer] of rows) {
    const wire = await Wire.to(g.url)
    wire.write(bytes)
    t.match(await wire.until(/HTTP\/1.1 [^]*(?:}|good)/), answer, JSON.stringify(bytes.slice(0, 60)))
    wire.socket.destroy()
  }
})
