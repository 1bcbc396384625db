import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FilterConfig, Gateway, GatewayConfig } from '@sluice/core'
import type { Filter, Plugin, Readiness } from '@sluice/plugin-api'
import t from 'tap'
import { configOf, embeddedGateway, generations } from './support/generations.ts'
import { settled } from './support/settled.ts'
import { Sockets } from './support/sockets.ts'
import { ask, trap } from './support/trap.ts'
import { type TestUpstream, upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'
import { told } from './support/log.ts'

const get = async (url: string): Promise<string> => {
  const res = await fetch(url)
  return `${res.status} ${await res.text()}`
}

const all = (upstream: string, ...filters: FilterConfig[]): GatewayConfig =>
  configOf({ name: 'all', path: '/*', upstream, filters })

/** A client with a stream that is open, and the server's end of it. */
const openStream = async (gateway: Gateway, { next }: TestUpstream) => {
  const asked = next()
  const wire = await Wire.to(gateway.url)
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const [, res] = await asked
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  await wire.until(/data: 1/)
  return { wire, res }
}

const plugin = (create: Plugin['create'], name = 'own'): Plugin => ({
  name,
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create
})

trap('no request fails while the configuration is reloaded a hundred times', async ({ t }) => {
  // All of the request before the answer: one that comes earlier closes the connection.
  const { url } = await upstream(t, (req, res) => void text(req).then(body => res.end(body)))
  const { plugin, made } = generations()
  const config = (n: number) => all(url, { generation: { n } })
  const sockets = new Sockets()
  t.teardown(() => sockets.stop())
  const gateway = await embeddedGateway(t, config(0), { plugins: [plugin] })
  const port = Number(new URL(gateway.url).port)
  const accepted = new Set<unknown>()
  let answers = 0
  let done = false
  const seen = new Set<string>()

  /** One connection on which one request follows the other; large bodies are streamed. */
  const client = async (size: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const body = 'x'.repeat(size)
    while (!done) {
      const req = request(`${gateway.url}/a`, { agent, method: 'POST' }).end(body)
      const [res] = (await once(req, 'response')) as [IncomingMessage]
      const answer = await text(res)
      if (res.statusCode !== 200 || answer !== body) throw new Error(`${res.statusCode} ${answer.slice(0, 200)}`)
      seen.add(String(res.headers['x-generation']))
      for (const socket of sockets.acceptedAt(port)) accepted.add(socket)
      answers++
    }
  }
  const clients = Promise.all([10, 10, 1000, 1000, 100_000, 100_000].map(client))
  for (let n = 1; n <= 100; n++) {
    const before = answers
    await gateway.reload(config(n))
    await Promise.race([settled(() => answers >= before + 6, 'answers under the new configuration'), clients])
  }
  done = true
  await clients
  t.ok(seen.size > 50, `answers of ${seen.size} configurations`)
  t.equal(accepted.size, 6, 'no connection was closed')
  t.strictSame(
    made.filter(({ signal }) => !signal.aborted).map(({ n }) => n),
    [100]
  )
  await settled(() => made.filter(({ closed }) => !closed).length === 1, 'what was replaced is closed')
})

trap('a stream that is open goes on, and its filters close after it', async ({ t }) => {
  const server = await upstream(t)
  const { plugin, made } = generations()
  const config = (n: number) => all(server.url, { generation: { n } })
  const gateway = await embeddedGateway(t, config(0), { plugins: [plugin] })
  const first = await openStream(gateway, server)
  await gateway.reload(config(1))
  const second = await openStream(gateway, server)
  await gateway.reload(config(2))
  t.match(first.wire.received, /x-generation: 0/)
  t.match(second.wire.received, /x-generation: 1/)
  t.match(made, [
    { n: 0, signal: { aborted: true }, closed: false },
    { n: 1, signal: { aborted: true }, closed: false },
    { n: 2, signal: { aborted: false }, closed: false }
  ])
  first.res.write('data: 2\n\n')
  await first.wire.until(/data: 2/)
  t.match(await get(`${gateway.adminUrl}/metrics`), 'sluice_open_streams{route="all"} 2')

  second.wire.socket.destroy()
  await settled(() => made[1]!.closed, 'the second client has left, and its configuration is closed')
  t.notOk(made[0]!.closed)
  first.res.end()
  await first.wire.until(/\r\n0\r\n\r\n/)
  await settled(() => made[0]!.closed, 'the first stream has ended, and its configuration is closed')
  t.notOk(made[2]!.closed)
  first.wire.socket.destroy()
})

trap('closing ends what an earlier configuration still has open, and waits for its filters', async ({ t }) => {
  const server = await upstream(t)
  const { plugin, made, closing } = generations()
  const config = (n: number) => all(server.url, { generation: { n } })
  const gateway = await embeddedGateway(t, config(0), { plugins: [plugin] })
  const { wire } = await openStream(gateway, server)
  await gateway.reload(config(1))
  const slow = Promise.withResolvers<void>()
  closing.set(0, () => slow.promise)
  const closed = gateway.close({ grace: '0s' }).then(() => made.map(({ closed }) => closed))
  await wire.closed
  await settled(() => made[1]!.closed, 'the filters of the last configuration are closed')
  t.match(await get(`${gateway.adminUrl}/readyz`), /^503/, 'the gateway is not closed yet')
  slow.resolve()
  t.strictSame(await closed, [true, true])
})

t.test('connections to an upstream live on, or close after the last request that uses it', async t => {
  const stays = await upstream(t, (_req, res) => void res.end('stays'))
  const goes = await upstream(t)
  const route = (name: string, url: string) => ({ name, path: `/${name}`, upstream: url })
  const gateway = await embeddedGateway(t, configOf(route('stays', stays.url), route('goes', goes.url)))
  t.match(await ask(gateway.url, '/stays'), /stays/)
  const [connection] = stays.sockets
  const asked = goes.next()
  const wire = await Wire.to(gateway.url)
  wire.write('GET /goes HTTP/1.1', 'host: x', '', '')
  const [, res] = await asked
  await gateway.reload(configOf(route('stays', stays.url), route('goes', stays.url)))
  t.match(await ask(gateway.url, '/goes'), /stays/)
  t.strictSame([...stays.sockets], [connection])
  t.equal(goes.sockets.size, 1)
  res.end('late')
  await wire.until(/late/)
  await settled(() => goes.sockets.size === 0, 'nobody is left who could use it')
  wire.socket.destroy()
})

t.test('routes come and go, and the log says which', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const route = (name: string, more: object = {}) => ({ name, path: `/${name}`, upstream: url, ...more })
  const gateway = await embeddedGateway(t, configOf(route('a'), route('b'), route('c')))
  const next = { ...configOf(route('c'), route('b', { upstream: { url, cookies: true } }), route('d')) }
  const changes = await gateway.reload({ ...next, trustedProxies: ['10.0.0.0/8'] })
  const expected = { added: ['d'], removed: ['a'], changed: ['b'], keys: ['trustedProxies'] }
  t.strictSame(changes, expected)
  t.match(told(gateway).at(-1), { level: 'info', fields: expected, message: 'the configuration was reloaded' })
  t.match(await get(`${gateway.url}/a`), /^404/)
  for (const path of ['/b', '/c', '/d']) t.equal(await get(gateway.url + path), '200 answer')
  const none = { added: [], removed: [], changed: [], keys: [] }
  t.strictSame(await gateway.reload(), none, 'without an argument, the last one again')
})

t.test('a configuration that fails changes nothing and holds nothing', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const { plugin: generation, made } = generations()
  const disposed: string[] = []
  const failing = plugin((_config, ctx) => {
    ctx.shared(
      'value',
      () => 'value',
      value => void disposed.push(value)
    )
    ctx.readiness('never')
    throw new Error('not today')
  })
  const config = (...filters: FilterConfig[]) => all(url, ...filters)
  const gateway = await embeddedGateway(t, config({ generation: { n: 0 } }), { plugins: [generation, failing] })
  await t.rejects(gateway.reload(config({ generation: { n: 1 } }, { own: {} })), {
    name: 'ConfigError',
    message: /^routes\[0\]\.filters\[1\]\.own: own refuses its configuration: not today/
  })
  t.match(made, [
    { signal: { aborted: false }, closed: false },
    { signal: { aborted: true }, closed: true }
  ])
  t.strictSame(disposed, ['value'])
  t.equal((await fetch(gateway.url)).headers.get('x-generation'), '0')
  t.match(await get(`${gateway.adminUrl}/readyz?verbose`), /^200 \[\+\] serving ok\nready\n$/)
  t.match(await get(`${gateway.adminUrl}/metrics`), 'sluice_config_last_reload_successful 0')
  t.strictSame(await gateway.reload(), { added: [], removed: [], changed: [], keys: [] })
  t.match(await get(`${gateway.adminUrl}/metrics`), 'sluice_config_last_reload_successful 1')
})

t.test('what the listeners were made with wants a restart', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const config = all(url)
  const gateway = await embeddedGateway(t, config)
  const changed = { ...config, listen: { port: 1 }, admin: { port: 2 }, limits: { headerBytes: '1KiB' } }
  const error = await gateway.reload(changed).catch((reason: unknown) => reason)
  for (const key of ['listen', 'admin', 'limits.headerBytes']) {
    t.match(error, { message: new RegExp(`^${key}: ${key} cannot change while the gateway runs\n +Restart`, 'm') })
  }
  t.match(await get(gateway.url), '200 answer')
  t.match(await gateway.reload({ ...config, shutdown: { grace: '1s' }, limits: { mcpBodyBytes: '1KiB' } }), {
    keys: ['shutdown', 'limits']
  })
})

t.test('shared values live through a reload that still needs them', async t => {
  const { url } = await upstream(t)
  const log: string[] = []
  const sharing = plugin((_config, ctx) => {
    for (const key of ['count', (_config as { key?: string }).key ?? 'none']) {
      ctx.shared(
        key,
        () => log.push(`made ${key}`),
        () => void log.push(`disposed ${key}`)
      )
    }
    return {}
  })
  const config = (...filters: FilterConfig[]) => all(url, ...filters)
  const gateway = await embeddedGateway(t, config({ own: { key: 'a' } }), { plugins: [sharing] })
  await gateway.reload(config({ own: { key: 'b' } }))
  await settled(() => log.length === 4, 'the old one is closed')
  t.strictSame(log.splice(0), ['made count', 'made a', 'made b', 'disposed a'])
  await gateway.reload(config())
  await settled(() => log.length === 2, 'the old one is closed')
  t.strictSame(log, ['disposed count', 'disposed b'])
})

t.test('a gateway that was ready stays ready, and shows only what its filters declare now', async t => {
  const { url } = await upstream(t)
  const handles = new Map<string, Readiness>()
  const waiting = plugin((config, ctx) => {
    const { on } = config as { on: string }
    handles.set(on, ctx.readiness(on))
    return {}
  })
  const config = (...on: string[]) =>
    configOf(...on.map(name => ({ name, path: `/${name}`, upstream: url, filters: [{ own: { on: name } }] })))
  const gateway = await embeddedGateway(t, config('a', 'b'), { plugins: [waiting] })
  const verbose = () => get(`${gateway.adminUrl}/readyz?verbose`)
  handles.get('a')!.ready()
  t.match(await verbose(), /^503 .*\n\[\+\] a\/own a ok\n\[-\] b\/own b: not ready yet\nnot ready/)
  await gateway.reload(config('a', 'c'))
  t.match(await verbose(), /^503 .*\n.*a\/own a.*\n\[-\] c\/own c: not ready yet\nnot ready/, 'it was not ready yet')
  handles.get('c')!.ready()
  t.ok(gateway.ready)
  await gateway.reload(config('c', 'd'))
  const told = await verbose()
  t.match(told, /^200 .*\n\[!\] c\/own c was ready, is not now: not ready yet\n\[-\] d\/own d: not ready yet\nready/)
  t.notMatch(told, 'a/own')
})

t.test('reloads run one after the other', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const { plugin, made, making } = generations()
  const config = (n: number) => all(url, { generation: { n } })
  const gateway = await embeddedGateway(t, config(0), { plugins: [plugin] })
  const slow = Promise.withResolvers<void>()
  const begun: number[] = []
  for (const n of [1, 2]) making.set(n, () => (begun.push(n) === 1 ? slow.promise : Promise.resolve()))
  const reloads = [1, 2].map(n => gateway.reload(config(n)))
  t.match(await get(`${gateway.adminUrl}/livez`), /^200/, 'time enough for both to begin')
  t.strictSame(begun, [1])
  slow.resolve()
  await Promise.all(reloads)
  t.strictSame(
    made.map(({ n }) => n),
    [0, 1, 2]
  )
  t.equal((await fetch(gateway.url)).headers.get('x-generation'), '2')
})

t.test('a gateway that closes takes no configuration over, and lets go of the one under way', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const { plugin, made, making } = generations()
  const config = (n: number) => all(url, { generation: { n } })
  const gateway = await embeddedGateway(t, config(0), { plugins: [plugin] })
  const [begun, slow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  making.set(1, () => {
    begun.resolve()
    return slow.promise
  })
  const refused = t.rejects(gateway.reload(config(1)), /closed, or closing/)
  await begun.promise
  const closed = gateway.close().then(() => made.map(({ n, closed }) => `${n} ${closed}`))
  t.match(await get(`${gateway.adminUrl}/readyz`), /^503/)
  slow.resolve()
  await refused
  t.strictSame(await closed, ['0 true', '1 true'])
  await t.rejects(gateway.reload(config(2)), /closed, or closing/)
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

trap('two hundred reloads leave nothing behind', async ({ t }) => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const refs: WeakRef<Filter>[] = []
  const leaving = plugin((_config, ctx) => {
    const log: unknown[] = [ctx.shared(`one of ${refs.length}`, () => ({}))]
    ctx.readiness(`one of ${refs.length}`)
    const filter: Filter = { onRequest: x => void log.push(x.id) }
    refs.push(new WeakRef(filter))
    return filter
  })
  const config = (n: number) =>
    configOf({ name: `r${n % 3}`, path: '/*', upstream: { url, connections: 1 + (n % 7) }, filters: [{ own: {} }] })
  const gateway = await embeddedGateway(t, config(0), { plugins: [leaving] })
  for (let n = 1; n <= 200; n++) {
    await gateway.reload(config(n))
    if (n % 20 === 0) t.match(await ask(gateway.url), /answer/)
  }
  const alive = () => refs.filter(ref => ref.deref() !== undefined).length
  for (let i = 0; i < 50 && alive() > 1; i++) {
    // In another turn than the look before it, which keeps alive what it saw.
    await turn()
    collectGarbage()
  }
  t.equal(refs.length, 201)
  t.equal(alive(), 1, 'the filter that serves')
})
