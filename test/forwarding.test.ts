import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { inspect } from 'node:util'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { closedPort, rawUpstream, upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

/** The clock of undici's timeouts, which its own tests move in this way. */
const undiciTimers = createRequire(new URL('../packages/core/package.json', import.meta.url))(
  'undici/lib/util/timers.js'
) as {
  tick(ms: number): void
}

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

t.test('an event stream may be silent for hours', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const asked = next()
  const answered = fetch(`${g.url}/mcp`)
  const [, res] = await asked
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  const reader = (await answered).body!.getReader()
  await reader.read()
  // The first makes a timeout run, the second lets it run out.
  undiciTimers.tick(1000)
  undiciTimers.tick(3 * 60 * 60 * 1000)
  res.write('data: 2\n\n')
  t.equal(Buffer.from((await reader.read()).value).toString(), 'data: 2\n\n')
  res.end()
})

t.test('a slow reader pauses the upstream, and nothing is lost', async t => {
  const size = 64 * 1024 * 1024
  let written = 0
  const { url } = await upstream(t, (_req, res) => {
    const chunk = Buffer.alloc(64 * 1024, 'y')
    const more = (): void => {
      while (written < size) {
        written += chunk.length
        if (!res.write(chunk)) return void res.once('drain', more)
      }
      res.end()
    }
    more()
  })
  const g = await gateway(t, [{ upstream: url }])
  const wire = await Wire.to(g.url)
  wire.socket.pause()
  wire.write('GET /mcp HTTP/1.1', 'host: x', 'connection: close', '', '')
  let before = -1
  while (before !== written || written === 0) {
    before = written
    for (let i = 0; i < 200; i++) await turn()
  }
  t.ok(written < size, `the upstream stopped after ${written} bytes`)
  let received = 0
  wire.socket.removeAllListeners('data')
  wire.socket.on('data', (text: string) => (received += text.length))
  wire.socket.resume()
  await wire.closed
  t.ok(received > size, 'all of it came in the end')
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
      'keep-alive': 'timeout=9'
    })
    res.end('no')
  })
  const g = await gateway(t, [{ upstream: url }])
  const res = await fetch(`${g.url}/mcp`)
  t.equal(res.status, 403)
  t.equal(res.headers.get('www-authenticate'), null)
  t.equal(res.headers.get('x-sluice-error'), null)
  t.not(res.headers.get('keep-alive'), 'timeout=9')
})

t.test('HEAD, 204 and 304 have no body, and the connection can be used again', async t => {
  const { url } = await upstream(t, (req, res) => {
    if (req.method === 'HEAD') res.writeHead(200, { 'content-length': '10' }).end()
    else if (req.url === '/204') res.writeHead(204).end()
    else if (req.url === '/304') res.writeHead(304, { etag: '"e"' }).end()
    else res.end('end')
  })
  const g = await gateway(t, [{ path: '/', prefix: true, upstream: url }])
  const wire = await Wire.to(g.url)
  for (const line of ['HEAD / HTTP/1.1', 'GET /204 HTTP/1.1', 'GET /304 HTTP/1.1']) {
    const from = wire.received.length
    wire.write(line, 'host: x', '', '')
    await wire.until(new RegExp(`^[^]{${from}}HTTP/1.1 [^]*\r\n\r\n$`))
  }
  wire.write('GET /end HTTP/1.1', 'host: x', 'connection: close', '', '')
  await wire.closed
  t.match(wire.received, /200 OK[^]*204 No Content[^]*304 Not Modified[^]*200 OK[^]*end/)
})

t.test('Expect: 100-continue waits for the filters', async t => {
  const { url } = await upstream(t, (req, res) => void req.pipe(res))
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway(t, [{ upstream: url }, { path: '/no', name: 'no', upstream: url, filters: [refusing] }])
  const open = await Wire.to(g.url)
  open.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 4', 'expect: 100-continue', '', '')
  await open.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
  open.write('body')
  await open.until(/200 OK[^]*body\r\n0\r\n/)
  open.socket.destroy()
  const refused = await Wire.to(g.url)
  refused.write('POST /no HTTP/1.1', 'host: x', 'content-length: 4', 'expect: 100-continue', '', '')
  t.notMatch(await refused.until(/TEST_NO/), /100 Continue/)
  refused.socket.destroy()
})

t.test('an HTTP/1.0 client gets its answer, and the connection closes', async t => {
  const { url } = await upstream(t, (_req, res) => {
    res.write('a')
    res.end('b')
  })
  const g = await gateway(t, [{ upstream: url }])
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.0', 'host: x', '', '')
  await once(wire.socket, 'close')
  t.match(wire.received, /^HTTP\/1.1 200 OK[^]*\r\n\r\nab$/)
})

t.test('a 204 has no length, whatever the upstream says', async t => {
  const url = await rawUpstream(
    t,
    socket => void socket.once('data', () => socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 38\r\n\r\n'))
  )
  const g = await gateway(t, [{ upstream: url }])
  const res = await fetch(`${g.url}/mcp`)
  t.equal(res.status, 204)
  t.equal(res.headers.get('content-length'), null)
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
    Array.from({ length: 8 }, () =>
      fetch(`${g.url}/mcp`, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
    )
  )
  const late = results.find(res => res?.status === 504)
  t.equal(late?.headers.get('x-sluice-error'), 'SLUICE_UPSTREAM_CONNECT_TIMEOUT')
})

t.test('a slow upstream pauses the client that sends to it', async t => {
  const size = 64 * 1024 * 1024
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const asked = next()
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', `content-length: ${size}`, '', '')
  const chunk = Buffer.alloc(64 * 1024, 'z')
  let accepted = 0
  const more = (): void => {
    while (accepted < size) {
      accepted += chunk.length
      if (!wire.socket.write(chunk)) return void wire.socket.once('drain', more)
    }
  }
  more()
  const [req, res] = await asked
  let before = -1
  while (before !== accepted) {
    before = accepted
    for (let i = 0; i < 500; i++) await turn()
  }
  t.ok(accepted < size, `the client stopped after ${accepted} bytes`)
  let received = 0
  req.on('data', (part: Buffer) => (received += part.length))
  await once(req, 'end')
  t.equal(received, size, 'all of it arrived in the end')
  res.end('thanks')
  await wire.until(/thanks/)
  wire.socket.destroy()
})

t.test('an answer that comes before the body is read closes the connection after it', async t => {
  const { url } = await upstream(t, (_req, res) => void res.writeHead(413).end('too much'))
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway(t, [{ upstream: url }, { path: '/no', name: 'no', upstream: url, filters: [refusing] }])
  for (const [path, answer] of [
    ['/mcp', /413[^]*connection: close[^]*too much/i],
    ['/no', /403[^]*connection: close/i]
  ] as const) {
    const wire = await Wire.to(g.url)
    wire.write(`POST ${path} HTTP/1.1`, 'host: x', 'content-length: 1000000', '', 'x'.repeat(1000))
    await wire.closed
    t.match(wire.received, answer)
  }
  const small = await Wire.to(g.url)
  small.write('POST /no HTTP/1.1', 'host: x', 'content-length: 2', '', '{}')
  t.notMatch(await small.until(/TEST_NO/), /connection: close/i, 'a small one is read and thrown away')
  small.socket.destroy()
})
