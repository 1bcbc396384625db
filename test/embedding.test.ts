import { setImmediate as turn } from 'node:timers/promises'
import { checkGateway, createGateway, type GatewayConfig } from '@sluice/core'
import { definePlugin, type Plugin } from '@sluice/plugin-api'
import origin from '@sluice/plugin-origin'
import { Registry } from 'prom-client'
import t from 'tap'
import { configOf, embeddedGateway } from './support/generations.ts'
import { upstream } from './support/upstream.ts'

const all = (url: string, ...filters: Record<string, object | null>[]): GatewayConfig =>
  configOf({ name: 'all', path: '/*', upstream: url, filters })

const plugin = (name: string, more: Partial<Plugin> = {}): Plugin => ({
  name,
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create: () => ({}),
  ...more
})

t.test('a program starts a gateway of a value and a plugin of its own, and hears where it listens', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const closed = definePlugin<{ on: readonly string[]; status: number }>({
    name: 'closed',
    version: '1.0.0',
    api: 1,
    configSchema: {
      type: 'object',
      additionalProperties: false,
      properties: { on: { type: 'array', items: { type: 'string' } }, status: { type: 'integer', default: 403 } }
    },
    create: ({ on, status }) => ({
      onRequest: x => (on.includes(x.path) ? { status, code: 'CONTOSO_CLOSED', reason: 'closed' } : undefined)
    })
  })
  const config = all(url, { closed: { on: ['/shut'], note: undefined } })
  const before = structuredClone(config)
  const gateway = createGateway(config, { plugins: [closed], inEveryChain: [] })
  t.throws(() => gateway.url, /has not started/)
  t.throws(() => gateway.config, /has not started/)
  t.notOk(gateway.ready)
  await t.rejects(gateway.reload(), /has not started/)
  const starting = gateway.start()
  t.equal(gateway.start(), starting)
  const addresses = await starting
  t.teardown(() => gateway.close())
  t.strictSame(addresses, { url: gateway.url, adminUrl: gateway.adminUrl })
  t.ok(gateway.ready)
  t.equal((await fetch(`${gateway.url}/shut`)).status, 403, 'the default was filled in')
  t.equal(await (await fetch(`${gateway.url}/open`)).text(), 'upstream')
  t.strictSame(config, before, "and not into the program's own value")
  t.match(gateway.config, { file: undefined, directory: process.cwd(), settings: { publicUrl: 'http://127.0.0.1' } })
  const { url: was } = gateway
  await gateway.close()
  t.equal(gateway.url, was)
  t.notOk(gateway.ready)
  await t.rejects(fetch(was))
})

t.test('the errors of a value name the path, and no file', async t => {
  const cycle: Record<string, unknown> = { name: 'a' }
  cycle['self'] = cycle
  const address = { port: 0 }
  const sharing = { listen: address, admin: address }
  const rows: [unknown, RegExp][] = [
    [{}, /^the key "publicUrl" is missing\n[^]*\nthe key "routes" is missing/],
    [undefined, /^this is no map with the keys publicUrl and routes/],
    [[], /^this is no map/],
    [{ ...all('http://u:1'), publicUrl: new URL('https://a.example') }, /^publicUrl: an instance of a class is no/],
    [{ ...all('http://u:1'), trustedProxies: [() => {}] }, /^trustedProxies\[0\]: a value of type function is no/],
    [{ ...all('http://u:1'), listen: { port: Number.NaN } }, /^listen\.port: NaN is no configuration/],
    [{ ...all('http://u:1'), listen: cycle }, /^listen\.self: the value contains itself/],
    [{ ...all('http://u:1'), listen: { port: '${PORT}' } }, /^listen\.port: "\$\{PORT\}" is not an integer/],
    [
      all('http://u:1', { nothing: {} }),
      /^routes\[0\]\.filters\[0\]\.nothing: there is no filter "nothing"\n +Known: own/
    ],
    [all('http://u:1', { ownn: {} }), /Did you mean "own"/],
    [{ ...all('http://u:1'), ...sharing, publicUrl: 1 }, /^publicUrl: 1 is not a string/]
  ]
  for (const [config, message] of rows) {
    const gateway = createGateway(config as GatewayConfig, { plugins: [plugin('own')], inEveryChain: [] })
    await t.rejects(gateway.start(), { name: 'ConfigError', message })
  }
  t.notOk('file' in (await checkGateway({} as GatewayConfig).catch((error: { issues: object[] }) => error.issues[0]!)))
})

t.test('objects that cannot be plugins are refused when the gateway is made', async t => {
  const config = all('http://u:1')
  const rows: [unknown[], RegExp][] = [
    [[plugin('a'), plugin('b'), plugin('a')], /^plugins\[2\]: there is a plugin "a" in front of it already$/],
    [[plugin('scope')], /^plugins\[0\]: "scope" is the name of a built-in plugin$/],
    [[{ default: plugin('a') }], /^plugins\[0\]: this is no plugin\. It must be what definePlugin/],
    [[plugin('a', { api: 2 as 1 })], /^plugins\[0\]: it is made for api 2/],
    [[plugin('No Name')], /^plugins\[0\]: name must be kebab-case/],
    [[plugin('a', { configSchema: { type: 'nonsense' } })], /^plugins\[0\]: configSchema is no JSON Schema/]
  ]
  for (const [plugins, message] of rows) {
    const options = { plugins: plugins as Plugin[], builtins: ['@sluice/plugin-scope'] }
    t.throws(() => createGateway(config, options), { name: 'TypeError', message })
    await t.rejects(checkGateway(config, options), { name: 'TypeError', message })
  }
})

t.test('a plugin that is handed over goes before a package of its name', async t => {
  const own = plugin('scope', { create: () => ({ onRequest: () => ({ status: 200, body: 'own' }) }) })
  const gateway = await embeddedGateway(t, all('http://127.0.0.1:1', { scope: {} }), {
    plugins: [own],
    pluginBases: [import.meta.url]
  })
  t.equal(await (await fetch(gateway.url)).text(), 'own')
})

t.test('no chain goes without origin, unless the program says so', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const missing = createGateway(all(url), { directory: '/' })
  await t.rejects(
    missing.start(),
    /^every chain has origin, but there is no filter "origin"\n +Install it, or hand it over/
  )
  const gateway = createGateway(all(url), { plugins: [origin] })
  await gateway.start()
  t.teardown(() => gateway.close())
  const foreign = () => fetch(gateway.url, { headers: { origin: 'https://evil.example' } })
  t.equal((await foreign()).status, 403)
})

t.test('a registry of the program shows the metrics until the gateway is closed', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const metrics = new Registry()
  for (const round of ['first', 'second']) {
    const gateway = createGateway(all(url), { metrics, inEveryChain: [] })
    await gateway.start()
    await (await fetch(gateway.url)).text()
    await gateway.close()
    t.strictSame(metrics.getMetricsAsArray(), [], round)
  }
  const gateway = createGateway(all(url), { metrics, inEveryChain: [] })
  await gateway.start()
  t.teardown(() => gateway.close())
  await (await fetch(gateway.url)).text()
  t.match(await metrics.metrics(), /sluice_requests_total\{route="all",method="GET",status="200"\} 1/)
  t.throws(() => createGateway(all(url), { metrics, inEveryChain: [] }), /already been registered/)
})

t.test('a start that fails holds nothing, and closing is fine at any time', async t => {
  const { url } = await upstream(t)
  const events: string[] = []
  const own = plugin('own', { create: () => ({ onClose: () => void events.push('closed') }) })
  const { port } = new URL(url)
  const config = { ...all(url, { own: {} }), admin: { port: Number(port) } }
  const gateway = createGateway(config, { plugins: [own], inEveryChain: [] })
  await t.rejects(gateway.start(), { code: 'EADDRINUSE' })
  t.strictSame(events, ['closed'])
  await t.rejects(gateway.reload(), { code: 'EADDRINUSE' })
  await gateway.close()

  const never = createGateway(config)
  await never.close()
  await t.rejects(never.start(), /closed, or closing/)

  const slow = Promise.withResolvers<object>()
  const late = plugin('own', { create: () => slow.promise })
  const starting = createGateway(all(url, { own: {} }), { plugins: [late], inEveryChain: [] })
  const started = starting.start()
  const closed = starting.close()
  await turn()
  slow.resolve({ onClose: () => void events.push('closed late') })
  await t.rejects(started, /closed, or closing/)
  await closed
  t.strictSame(events, ['closed', 'closed late'])
})

t.test('closing takes its times as the configuration writes them', async t => {
  const { url, next } = await upstream(t)
  const config = { ...all(url), shutdown: { delay: '1h', grace: '1h' } }
  const gateway = createGateway(config, { inEveryChain: [] })
  await gateway.start()
  const asked = next()
  const answer = fetch(gateway.url)
  await asked
  for (const grace of ['5', '-1s', '1d', '1000h']) {
    await t.rejects(gateway.close({ grace }), {
      name: 'TypeError',
      message: new RegExp(`^grace: "${grace}" is no duration`)
    })
  }
  t.ok(gateway.ready, 'and a wrong one closes nothing')
  await gateway.close({ delay: '0s', grace: '0ms' })
  t.equal((await answer).headers.get('x-sluice-error'), 'SLUICE_DRAINING')
})
