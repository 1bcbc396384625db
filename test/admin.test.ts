import type { Filter, Plugin, Readiness } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { settled } from './support/settled.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const get = async (url: string) => {
  const res = await fetch(url)
  return `${res.status} ${await res.text()}`
}

t.test('on a loopback address the admin listener answers to loopback names only', async t => {
  const { url } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const { port } = new URL(g.adminUrl)
  const status = async (host: string): Promise<string> => {
    const wire = await Wire.to(g.adminUrl)
    wire.write('GET /metrics HTTP/1.1', `host: ${host}`, 'connection: close', '', '')
    await wire.closed
    return wire.received.slice(9, 12)
  }
  for (const host of ['127.0.0.1', `localhost:${port}`, `[::1]:${port}`, 'LocalHost'])
    t.equal(await status(host), '200', host)
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', ''])
    t.equal(await status(host), '403', host)
})

t.test('readyz waits for every readiness to have been ready once', async t => {
  const { url } = await upstream(t)
  let keys: Readiness | undefined
  const plugin: Plugin = {
    name: 'keys',
    version: '1',
    api: 1,
    configSchema: {},
    create: (_config, ctx) => {
      keys = ctx.readiness('key set')
      return {}
    }
  }
  const g = await gateway(t, [{ upstream: url, filters: [plugin] }])
  t.match(await get(`${g.adminUrl}/readyz`), /^503/)
  t.match(await get(`${g.adminUrl}/readyz?verbose`), /503 \[\+\] serving ok\n\[-\] route0\/keys key set: not ready yet/)
  t.match(await get(`${g.adminUrl}/livez`), '200 ok')
  keys!.ready()
  t.match(await get(`${g.adminUrl}/readyz`), /^200/)
  keys!.notReady('the issuer does not answer')
  t.match(await get(`${g.adminUrl}/readyz`), /^200/, 'it was ready once')
  t.match(await get(`${g.adminUrl}/readyz?verbose`), /200 [^]*\[!\].*was ready, is not now: the issuer does not answer/)
})

t.test('metrics count what the gateway did', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const g = await gateway(t, [{ upstream: url, name: 'r' }])
  for (let i = 0; i < 3; i++) await (await fetch(`${g.url}/mcp`)).text()
  await (await fetch(`${g.url}/nowhere`, { method: 'PROPFIND' })).text()
  const metrics = await get(`${g.adminUrl}/metrics`)
  t.match(metrics, 'sluice_requests_total{route="r",method="GET",status="200"} 3')
  t.match(metrics, 'sluice_requests_total{route="-",method="other",status="404"} 1')
  t.match(metrics, 'sluice_request_duration_seconds_count{route="r"} 3')
  t.match(metrics, 'sluice_request_duration_seconds_bucket{le="+Inf",route="r"} 3')
  t.match(metrics, 'sluice_gateway_overhead_seconds_count{route="r"} 3')
})

t.test("overhead is the gateway's own time, not the upstream's nor the client's", async t => {
  let now = 1000
  t.intercept(performance, 'now', { value: () => now })
  const { url, next } = await upstream(t)
  const arrived: string[] = []
  const slow: Filter = {
    onRequest: x => {
      arrived.push(x.path)
      if (x.query === 'slow') now += 100
      return undefined
    },
    onResponse: () => void (now += 10)
  }
  const g = await gateway(t, [{ upstream: url, name: 'r', filters: [slow] }])
  const asked = next()
  const answered = fetch(`${g.url}/mcp`)
  const [, res] = await asked
  now += 300
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  const reader = (await answered).body!.getReader()
  await reader.read()
  now += 300
  res.end()
  while (!(await reader.read()).done);
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 2', '', '{')
  await settled(() => arrived.length === 2, 'the head is here')
  now += 300
  const uploaded = next()
  wire.write('}')
  const [, second] = await uploaded
  second.end('thanks')
  await wire.until(/thanks/)
  wire.socket.destroy()
  await wire.closed
  const filtered = next()
  const third = fetch(`${g.url}/mcp?slow`)
  ;(await filtered)[1].end('late')
  await (await third).text()
  const metrics = await get(`${g.adminUrl}/metrics`)
  const sum = (name: string): number => Number(new RegExp(`${name}_sum{route="r"} (\\S+)`).exec(metrics)![1])
  t.equal(sum('sluice_request_duration_seconds').toFixed(3), '1.030', 'three waits, four hooks')
  t.equal(sum('sluice_gateway_overhead_seconds').toFixed(3), '0.130', 'the hooks alone')
})

t.test('overhead is not the wait for a body that is read, in either direction', async t => {
  let now = 1000
  t.intercept(performance, 'now', { value: () => now })
  const { url, next } = await upstream(t)
  const arrived: string[] = []
  const reading: Filter = {
    mcp: { requests: ['*'], results: ['*'] },
    onRequest(x) {
      arrived.push(x.path)
      return undefined
    },
    onMcpRequest() {
      now += 1
      return undefined
    },
    onResponse: () => void (now += 10),
    onMcpResult() {
      now += 100
      return undefined
    }
  }
  const g = await gateway(t, [{ upstream: url, name: 'r', filters: [reading] }])
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
  const wire = await Wire.to(g.url)
  wire.write(
    'POST /mcp HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `content-length: ${body.length}`,
    '',
    '{'
  )
  await settled(() => arrived.length === 1, 'the head is here')
  now += 1000
  const asked = next()
  wire.write(body.slice(1))
  const [, res] = await asked
  const answer = '{"jsonrpc":"2.0","id":1,"result":{}}'
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).write('{')
  await settled(() => now === 2011, 'the head of the answer is here')
  now += 10_000
  res.end(answer.slice(1))
  await wire.until(/result/)
  wire.socket.destroy()
  await wire.closed
  const metrics = await get(`${g.adminUrl}/metrics`)
  const [, sum] = /sluice_gateway_overhead_seconds_sum{route="r"} (\S+)/.exec(metrics)!
  t.equal(Number(sum).toFixed(3), '0.111', 'the hooks alone')
})

t.test('admin paths are on the admin listener only, and take GET and HEAD', async t => {
  const { url } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  for (const path of ['/livez', '/readyz', '/metrics']) {
    t.match(await get(g.url + path), /^404/, path)
    t.equal((await fetch(g.adminUrl + path, { method: 'POST' })).status, 405)
  }
  t.match(await get(`${g.adminUrl}/mcp`), /^404/)
})

t.test('draining ends with the last request, not with the grace', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }], { shutdown: { delayMs: 0, graceMs: 600_000 } })
  const asked = next()
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, res] = await asked
  const [begunAsked, begun] = [next(), await Wire.to(g.url)]
  begun.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, begunRes] = await begunAsked
  begunRes.writeHead(200, { 'content-length': '8' }).write('half')
  await begun.until(/half/)

  const closed = g.close()
  t.match(await get(`${g.adminUrl}/readyz`), /^503/)
  res.end('finished')
  await wire.closed
  begunRes.end('half')
  await closed
  await begun.closed
  t.match(begun.received, /halfhalf$/, 'its head could not say that the connection closes')
  t.match(wire.received, /^HTTP\/1.1 200 OK[^]*connection: close[^]*finished/i)
})

t.test('draining waits for bytes that are still being sent, and not for connections that never spoke', async t => {
  const { url } = await upstream(t)
  const size = 20_000_000
  const body = Buffer.alloc(size, 'x')
  const own: Filter = { onRequest: () => ({ status: 200, body }) }
  const g = await gateway(t, [{ upstream: url, filters: [own] }], { shutdown: { delayMs: 0, graceMs: 600_000 } })
  const silent = await Wire.to(g.url)
  const tunnel = await Wire.to(g.url)
  tunnel.write('CONNECT a:1 HTTP/1.1', 'host: a', '', '')
  const slow = await Wire.to(g.url)
  slow.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  await slow.until(/\r\n\r\n/)
  slow.socket.pause()
  const closed = g.close()
  await silent.closed
  slow.socket.resume()
  await closed
  await slow.closed
  t.equal(slow.received.length - slow.received.indexOf('\r\n\r\n') - 4, size)
  tunnel.socket.destroy()
})

t.test('draining lets requests finish, ends streams at the deadline, and refuses nobody before', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }], { shutdown: { delayMs: 0, graceMs: 300 } })
  const [quickAsked, quick] = [next(), await Wire.to(g.url)]
  quick.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, quickRes] = await quickAsked
  const [streamAsked, stream] = [next(), await Wire.to(g.url)]
  stream.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, streamRes] = await streamAsked
  streamRes.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  await stream.until(/data: 1/)
  const [slowAsked, slow] = [next(), await Wire.to(g.url)]
  slow.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, slowRes] = await slowAsked
  slowRes.writeHead(200, { 'content-length': '100' }).write('half')
  await slow.until(/half/)

  const [waitingAsked, waiting] = [next(), await Wire.to(g.url)]
  waiting.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  await waitingAsked

  const closed = g.close()
  t.match(await get(`${g.adminUrl}/readyz`), /^503/)
  t.match(await get(`${g.adminUrl}/livez`), /^200/)
  quickRes.end('finished')
  await quick.until(/200 OK[^]*finished/)
  await closed
  await Promise.all([stream.closed, slow.closed, waiting.closed])
  t.match(waiting.received, /^HTTP\/1.1 503 [^]*SLUICE_DRAINING/, 'who had nothing yet is told')
  t.match(stream.received, /data: 1\n\n\r\n0\r\n\r\n$/, 'the stream ended cleanly')
  t.match(slow.received, /half$/, 'half an answer was torn')
  await settled(() => streamRes.closed && slowRes.closed, 'the upstream was told')
  await t.rejects(fetch(g.url), 'nobody listens any more')
})
