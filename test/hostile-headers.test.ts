import { once } from 'node:events'
import type { Filter } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

/** What a client for upstreams could stumble over: one that throws while it sends must not keep a connection for good. */
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

t.test('odd requests leave the pool as it was', async t => {
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

t.test('what is unusual and well-formed is served', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('good'))
  const g = await gateway(t, [{ path: '/', prefix: true, upstream: url }])
  const rows = [
    'GET /a%2B%3A%40%7C HTTP/1.1\r\nhost: [::1]:80\r\n\r\n',
    'GET /a%20b%C3%A9 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET /a HTTP/1.1\r\nhost: a\r\nexpect: the-unexpected\r\n\r\n',
    'GET http://x/abc?d HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET http://x HTTP/1.0\r\n\r\n',
    'GET /a HTTP/1.0\r\nhost:\r\n\r\n'
  ]
  for (const bytes of rows) {
    const wire = await Wire.to(g.url)
    wire.write(bytes)
    t.match(await wire.until(/HTTP\/1.1 [^]*(?:}|good)/), /200 OK[^]*good/, JSON.stringify(bytes.slice(0, 60)))
    wire.socket.destroy()
  }
})

t.test('after an announced close nothing more of the connection is processed', async t => {
  const seen: string[] = []
  const { url } = await upstream(t, (_req, res) => void res.end('good'))
  const refusing: Filter = {
    onRequest: x => {
      seen.push(x.path)
      return { status: 401, code: 'TEST_401', reason: 'no' }
    }
  }
  const g = await gateway(t, [{ path: '/', prefix: true, upstream: url, filters: [refusing] }])
  const wire = await Wire.to(g.url)
  const first = 'POST /first HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n'
  wire.write(`${first}POST /second HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`)
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 401 [^]*connection: close/i)
  t.strictSame(seen, ['/first'])
})

t.test('garbage behind a request does not take its answer', async t => {
  const { url } = await upstream(t, (req, res) => {
    req.resume()
    res.end('paid')
  })
  const g = await gateway(t, [{ path: '/', prefix: true, upstream: url }])
  const wire = await Wire.to(g.url)
  wire.write('POST /pay HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}BAD\r\n\r\n')
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 200 OK[^]*paid/)
  t.notMatch(wire.received, /400/)
})

t.test('a host chooses its own routes, however it is spelt', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('own'))
  const other = await upstream(t, (_req, res) => void res.end('any'))
  const g = await gateway(t, [
    { upstream: url, host: 'a.example', path: '/mcp' },
    { upstream: other.url, path: '/mcp', name: 'any' }
  ])
  const rows = {
    'a.example': 'own',
    'A.EXAMPLE:8443': 'own',
    'a.example.': 'own',
    'a.example.:1': 'own',
    'a.example:': 'own',
    'b.example': 'any'
  }
  for (const [host, served] of Object.entries(rows)) {
    const wire = await Wire.to(g.url)
    wire.write('GET /mcp HTTP/1.1', `host: ${host}`, 'connection: close', '', '')
    await wire.closed
    t.match(wire.received, new RegExp(served), host)
  }
})

t.test('a client that asks for a tunnel, or sends garbage on and on, and resets, ends nothing but itself', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  for (const bytes of ['CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n', 'NONSENSE\r\n\r\n']) {
    const wire = await Wire.to(g.url)
    wire.write(bytes)
    wire.socket.resetAndDestroy()
    await wire.closed
  }
  const asked = next()
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1\r\nhost: x\r\n\r\nCONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n')
  const [, res] = await asked
  res.end('mine')
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 200 OK[^]*mine/, 'and takes no answer of another')
  t.notMatch(wire.received, /405/)
})

t.test('what is no whole request is refused with an id that the log has, and counted', async t => {
  const g = await gateway(t, [{ upstream: 'http://127.0.0.1:1' }])
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1', 'host: x', `authorization: Bearer ${'x'.repeat(40_000)}`, '', '')
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 431 [^]*\r\nvary: Origin\r\n/)
  const [, id] = /x-request-id: (\S+)/.exec(wire.received)!
  t.match(JSON.parse(wire.received.slice(wire.received.indexOf('\r\n\r\n'))), { error: { requestId: id } })
  t.match(
    g.log.find(line => line.fields['request'] === id),
    {
      level: 'info',
      fields: { code: 'SLUICE_REQUEST_HEADERS_TOO_LARGE' }
    }
  )
  const metrics = await (await fetch(`${g.adminUrl}/metrics`)).text()
  t.match(metrics, 'sluice_requests_total{route="-",method="other",status="431"} 1')
})

t.test('a client that resets its connection was refused nothing', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const wire = await Wire.to(g.url)
  const asked = next()
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, res] = await asked
  const gone = once(res, 'close')
  wire.socket.resetAndDestroy()
  await gone
  const metrics = await (await fetch(`${g.adminUrl}/metrics`)).text()
  t.notMatch(metrics, /status="400"/)
})
