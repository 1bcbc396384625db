import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { Plugin } from '@sluice/plugin-api'
import t from 'tap'
import { configOf, embeddedGateway } from './support/generations.ts'
import { settled } from './support/settled.ts'
import { upstream } from './support/upstream.ts'

const plugin = (name: string, create: Plugin['create']): Plugin => ({
  name,
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create
})

const configWith = (url: string, ...plugins: readonly Plugin[]) =>
  configOf({ name: 'all', path: '/mcp', upstream: url, filters: plugins.map(({ name }) => ({ [name]: {} })) })

t.test('a listener for the abort that fails is logged, and nothing else suffers', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const heard: string[] = []
  const boom = (): never => {
    throw new Error('boom')
  }
  const failing = plugin('failing', (_config, { signal }) => {
    signal.addEventListener('abort', boom)
    signal.addEventListener('abort', { handleEvent: boom })
    signal.addEventListener('abort', () => Promise.reject(new Error('boom later')))
    Object.assign(signal, { onabort: boom })
    signal.addEventListener('abort', () => void heard.push('the same filter'))
    return {}
  })
  const listening = plugin('listening', (_config, { signal }) => {
    const removed = (): void => void heard.push('a listener that was removed')
    signal.addEventListener('abort', removed)
    signal.removeEventListener('abort', removed)
    Object.assign(signal, { onabort: removed })
    Object.assign(signal, { onabort: () => void heard.push(`onabort ${signal.onabort === null ? 'unset' : 'set'}`) })
    const twice = (): void => void heard.push('once')
    signal.addEventListener('abort', twice, { once: true })
    signal.addEventListener('abort', twice)
    AbortSignal.any([signal]).addEventListener('abort', () => void heard.push('any'))
    void once(new EventTarget(), 'never', { signal }).catch(() => void heard.push('node:events'))
    void wait(100_000, undefined, { signal, ref: false }).catch(() => void heard.push('node:timers'))
    void fetch('http://127.0.0.1:9', { signal: AbortSignal.any([signal]) }).catch(() => {})
    return {}
  })
  const config = configWith(url, failing, listening)
  const gateway = await embeddedGateway(t, config, { plugins: [failing, listening] })
  await gateway.reload()
  t.equal(await (await fetch(`${gateway.url}/mcp`)).text(), 'served')
  const failures = () => gateway.log.filter(({ level }) => level === 'error')
  await settled(() => failures().length === 4 && heard.length === 6, 'all have heard')
  for (const { fields } of failures())
    t.match(fields, { entry: 'all/failing', code: 'SLUICE_FILTER_FAILED', err: Error })
  t.strictSame(heard.toSorted(), ['any', 'node:events', 'node:timers', 'onabort set', 'once', 'the same filter'])
})

t.test('a filter that never closes does not hold the gateway, and is named', async t => {
  const closed: string[] = []
  const stuck = plugin('stuck', () => ({ onClose: () => new Promise<void>(() => {}) }))
  const slow = plugin('slow', () => ({
    onClose: async () => {
      await new Promise(resolve => setImmediate(resolve))
      closed.push('slow')
    }
  }))
  const failing = plugin('failing', () => ({ onClose: () => Promise.reject(new Error('oh')) }))
  const plugins = [stuck, slow, failing]
  const gateway = await embeddedGateway(t, configWith('http://127.0.0.1:9', ...plugins), {
    plugins,
    patience: { closeMs: 200 }
  })
  await gateway.close()
  t.strictSame(closed, ['slow'])
  const lines = gateway.log.filter(({ level }) => level === 'warn' || level === 'error')
  t.match(lines, [
    { level: 'error', fields: { entry: 'all/failing' } },
    { level: 'warn', fields: { entry: 'all/stuck', withinMs: 200 }, message: /left behind/ }
  ])
})

t.test('what was made for a configuration that is refused is closed', async t => {
  const made = (name: string, closed: string[], more: object = {}): Plugin =>
    plugin(name, () => ({ onClose: () => void closed.push(name), ...more }))
  const throwing = plugin('throwing', () => {
    throw new Error('no')
  })
  const endpoint = { path: '/taken', methods: ['GET'], handle: () => ({ status: 200 }) }
  const table: readonly [string, (closed: string[]) => readonly Plugin[], readonly string[]][] = [
    ['no filter', closed => [made('before', closed), made('torn', closed, { onRequest: 1 })], ['torn', 'before']],
    ['onClose itself', closed => [made('before', closed), made('torn', closed, { onClose: 1 })], ['before']],
    ['a create that throws', closed => [made('before', closed), throwing, made('behind', closed)], ['before']],
    [
      'two owners of one path',
      closed => [made('one', closed, { endpoints: [endpoint] }), made('two', closed, { endpoints: [endpoint] })],
      ['one', 'two']
    ]
  ]
  for (const [what, pluginsOf, expected] of table) {
    const closed: string[] = []
    const plugins = pluginsOf(closed)
    await t.rejects(embeddedGateway(t, configWith('http://127.0.0.1:9', ...plugins), { plugins }), what)
    t.strictSame(closed, expected, what)
  }
})
