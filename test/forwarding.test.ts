import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { inspect } from 'node:util'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { closedPort, rawUpstream, upstream } from './support/upstream.ts'

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

t.test('method, path, query, status, headers and bytes pass unchanged', async t => {
  const seen: unknown[] = []
  const { url } = await upstream(t, async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk)
    seen.push([req.method, req.url, Buffer.concat(chunks).toString()])
    res.writeHead(207, 'Odd', { 'content-type': 'text/odd', 'mcp-session-id': 's1', 'set-cookie': ['a=1', 'b=2'] })
    res.end('the answer')
  })
  const g = await gateway(t, [{ path: '/entra/mcp', upstream: `${url}/mcp` }])
  for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS', 'PUT']) {
    const body = method === 'POST' || method === 'PUT' ? `{"of":"${method}"}` : null
    const res = await fetch(`${g.url}/entra/mcp?q=%2Fa+b`, { method, body })
    t.equal(res.status, 207)
    t.equal(await res.text(), 'the answer')
    t.equal(res.headers.get('content-type'), 'text/odd')
    t.equal(res.headers.get('mcp-session-id'), 's1')
    t.strictSame(res.headers.getSetCookie(), ['a=1', 'b=2'])
    t.strictSame(seen.pop(), [method, '/mcp?q=%2Fa+b', body ?? ''])
  }
})

t.test("an upstream sets cookies of its own, and none that the gateway's pages would take for theirs", async t => {
  const { url } = await upstream(t, (_req, res) => {
    res.writeHead(200, [
      'set-cookie',
      '__Host-sluice-browser=of-somebody-else; Path=/; Secure',
      'Set-Cookie',
      '__host-SLUICE-consents=x',
      'set-cookie',
      '__Host-other=2; Path=/; Secure'
    ])
    res.end()
  })
  const g = await gateway(t, [{ upstream: url }])
  t.strictSame((await fetch(`${g.url}/mcp`)).headers.getSetCookie(), ['__Host-other=2; Path=/; Secure'])
})

t.test('what follows a prefix is added to the path of the upstream', async t => {
  const { url } = await upstream(t, (req, res) => void res.end(req.url))
  const g = await gateway(t, [
    { path: '/x', prefix: true, upstream: `${url}/base` },
    { path: '/root', prefix: true, upstream: url, name: 'root' },
    { path: '/', prefix: true, upstream: `${url}/all`, name: 'all' }
  ])
  const rows = {
    '/x': '/base',
    '/x/a/b?c': '/base/a/b?c',
    '/root': '/',
    '/root/y': '/y',
    '/xy': '/all/xy',
    '/': '/all'
  }
  for (const [asked, got] of Object.entries(rows)) t.equal(await (await fetch(g.url + asked)).text(), got, asked)
})

t.test('large and chunked bodies stream in both directions', async t => {
  const { url } = await upstream(t, (req, res) => void req.pipe(res))
  const g = await gateway(t, [{ upstream: url }])
  const body = 'x'.repeat(5_000_000)
  t.equal((await (await post(`${g.url}/mcp`, body)).text()).length, body.length, 'with a length')
  const parts = ['one', 'two', 'three']
  const stream = new ReadableStream({
    pull: controller => {
      const part = parts.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(Buffer.from(part))
    }
  })
  const res = await fetch(`${g.url}/mcp`, { method: 'POST', body: stream, duplex: 'half' })
  t.equal(await res.text(), 'onetwothree', 'chunked')
})

t.test('every byte of a large body arrives where it was sent, however slowly it is read', async t => {
  const pieces = Array.from({ length: 96 }, (_, i) => Buffer.alloc(128 * 1024 + i, randomBytes(997)))
  const sent = sha256(pieces)
  const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0)
  const { url } = await upstream(t, async (req, res) => {
    res.setHeader('x-received', sha256(await slowly(req)))
    if (req.url === '/counted') res.setHeader('content-length', lengthOf(pieces))
    Readable.from(pieces).pipe(res)
  })
  const g = await gateway(t, [{ path: '/', prefix: true, upstream: url }])
  for (const path of ['/counted', '/chunked']) {
    const headers = path === '/counted' ? { 'content-length': lengthOf(pieces) } : {}
    const req = request(g.url + path, { method: 'POST', headers })
    Readable.from(pieces).pipe(req)
    const [res] = (await once(req, 'response')) as [IncomingMessage]
    t.equal(res.headers['x-received'], sent, `${path}: the request`)
    t.equal(sha256(await slowly(res)), sent, `${path}: the answer`)
  }
})

/** Takes a body piece by piece, with a turn of the event loop between two of them. */
const slowly = async (body: IncomingMessage): Promise<Buffer[]> => {
  const pieces: Buffer[] = []
  for await (const piece of body as AsyncIterable<Buffer>) {
    pieces.push(piece)
    await new Promise(setImmediate)
  }
  return pieces
}

const sha256 = (pieces: readonly Buffer[]): string => {
  const sum = createHash('sha256')
  for (const piece of pieces) sum.update(piece)
  return sum.digest('hex')
}

t.test('a length that the client announced reaches the upstream', async t => {
  const { url } = await upstream(t, (req, res) => {
    req.resume()
    res.end(`${req.headers['content-length']} ${req.headers['transfer-encoding']}`)
  })
  const g = await gateway(t, [{ upstream: url }])
  t.equal(await (await post(`${g.url}/mcp`, 'x'.repeat(100_000))).text(), '100000 undefined')
  t.equal(await (await post(`${g.url}/mcp`, 'x')).text(), '1 undefined')
})

t.test('an event stream passes event by event, its head before the first of them', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const asked = next()
  const answered = fetch(`${g.url}/mcp`)
  const [, res] = await asked
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  res.flushHeaders()
  const answer = await answered
  t.equal(answer.status, 200, 'the head is here, no event was sent')
  const reader = answer.body!.getReader()
  for (const event of ['data: 1\n\n', ': comment\n\n', 'id: 7\nretry: 10\ndata: 2\n\n']) {
    res.write(event)
    t.equal(Buffer.from((await reader.read()).value).toString(), event)
  }
  const metrics = await (await fetch(`${g.adminUrl}/metrics`)).text()
  t.match(metrics, 'sluice_open_streams{route="route0"} 1')
  res.end()
  t.equal((await reader.read()).done, true)
})

t.test('an event stream may be silent for longer than a head may take', async t => {
  const { url, next } = await upstream(t)
  const silent = await rawUpstream(t, () => {})
  const g = await gateway(t, [
    { path: '/stream', name: 'stream', upstream: { url, headersTimeoutMs: 100 } },
    { path: '/silent', name: 'silent', upstream: { url: silent, headersTimeoutMs: 200 } }
  ])
  const asked = next()
  const answered = fetch(`${g.url}/stream`)
  const [, res] = await asked
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  const reader = (await answered).body!.getReader()
  await reader.read()
  // Begun later, and over when twice the stream's own time has passed.
  t.equal((await fetch(`${g.url}/silent`)).status, 504)
  res.write('data: 2\n\n')
  t.equal(Buffer.from((await reader.read()).value).toString(), 'data: 2\n\n')
  res.end()
})

t.test('an upstream that cannot be used is 502 or 504, each with its code', async t => {
  const refused = await closedPort()
  const closing = await rawUpstream(t, socket => void socket.once('data', () => socket.end()))
  const garbage = await rawUpstream(
    t,
    socket => void socket.once('data', () => socket.end('SSH-2.0-somebody-s-data\r\n'))
  )
  const silent = await rawUpstream(t, () => {})
  const unauthorized = await upstream(t, (_req, res) => {
    res.writeHead(401, { 'www-authenticate': 'Bearer realm="theirs"' }).end('theirs')
  })
  const rows = [
    [refused, 502, 'SLUICE_UPSTREAM_UNREACHABLE'],
    [closing, 502, 'SLUICE_UPSTREAM_CLOSED'],
    [garbage, 502, 'SLUICE_UPSTREAM_INVALID_RESPONSE'],
    [silent, 504, 'SLUICE_UPSTREAM_HEADERS_TIMEOUT'],
    [unauthorized.url, 502, 'SLUICE_UPSTREAM_UNAUTHORIZED']
  ] as const
  const g = await gateway(
    t,
    rows.map(([url], i) => ({ path: `/r${i}`, name: `r${i}`, upstream: { url, headersTimeoutMs: 200 } }))
  )
  for (const [i, [, status, code]] of rows.entries()) {
    const res = await post(`${g.url}/r${i}`, '{}')
    t.equal(res.status, status, code)
    t.equal(res.headers.get('x-sluice-error'), code)
    t.equal(res.headers.get('www-authenticate'), null)
    t.match(await res.json(), { jsonrpc: '2.0', id: null, error: { code: -32000, data: { code } } })
  }
  for (const [, , code] of rows)
    t.ok(
      g.log.some(line => line.fields['code'] === code),
      `${code} is in the log`
    )
  t.notMatch(inspect(g.log, { depth: null, showHidden: true }), /somebody-s-data/, 'what the upstream sent is not')
  const metrics = await (await fetch(`${g.adminUrl}/metrics`)).text()
  for (const [i, [, , code]] of rows.entries()) {
    t.match(metrics, `sluice_upstream_errors_total{route="r${i}",code="${code}"} 1`)
  }
})

t.test("an upstream's challenge and error code never reach the client", async t => {
  const { url } = await upstream(t, (_req, res) => {
    res.writeHead(403, {
      'www-authenticate': 'Bearer error="x"',
      'x-sluice-error': 'SLUICE_FAKE',
      'keep-alive': 'timeout=9',
      connection: 'keep-alive, x-named',
      'x-named': '1'
    })
    res.end('no')
  })
  const g = await gateway(t, [{ upstream: url }])
  const res = await fetch(`${g.url}/mcp`)
  t.equal(res.status, 403)
  t.equal(res.headers.get('www-authenticate'), null)
  t.equal(res.headers.get('x-sluice-error'), null)
  t.not(res.headers.get('keep-alive'), 'timeout=9')
  t.equal(res.headers.get('x-named'), null, 'which Connection names')
})

t.test('an upstream that accepts no connection in time is 504', async t => {
  const child = spawn(process.execPath, [
    '-e',
    `const s = require('net').createServer().listen(0, '127.0.0.1', 1, () => console.log(s.address().port))`
  ])
  t.teardown(() => child.kill('SIGKILL'))
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  // Stopped, it accepts nothing; what the kernel queues for it is soon full.
  child.kill('SIGSTOP')
  const fill = Array.from({ length: 8 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}))
  t.teardown(() => fill.forEach(socket => socket.destroy()))
  await Promise.race(fill.map(socket => once(socket, 'connect')))
  const g = await gateway(t, [{ upstream: { url: `http://127.0.0.1:${Number(port)}`, connectTimeoutMs: 300 } }])
  const results = await Promise.all(
    Array.from({ length: 8 }, () => fetch(`${g.url}/mcp`, { signal: AbortSignal.timeout(5000) }).catch(() => undefined))
  )
  const late = results.find(res => res?.status === 504)
  t.equal(late?.headers.get('x-sluice-error'), 'SLUICE_UPSTREAM_CONNECT_TIMEOUT')
})
