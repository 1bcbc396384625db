import { setTimeout as sleep } from 'node:timers/promises'
import { definePlugin, type Plugin } from '@sluice/plugin-api'
import t from 'tap'
import { configuredGateway } from './support/configured-gateway.ts'
import { upstream } from './support/upstream.ts'

/** A plugin with a singleton that closes so. */
const closingBy = (close: () => Promise<void>): Plugin =>
  definePlugin({
    name: 'closing',
    version: '1.0.0',
    api: 1,
    configSchema: { type: 'object' },
    singletons: { part: () => ({ answer: () => null, close }) },
    async create(_options, ctx) {
      await ctx.singleton<null, null>('part', 'one')(null)
      return {}
    }
  })

for (const [name, close, lines] of [
  ['is waited for', () => sleep(50), []],
  ['is left behind after its time', () => new Promise<void>(() => {}), [/has not closed in time/]]
] as const)
  t.test(`a shared part that closes slowly ${name}`, async t => {
    const { url } = await upstream(t, (_req, res) => void res.end('answer'))
    let closed = false
    const plugin = closingBy(async () => {
      await close()
      closed = true
    })
    const config = {
      publicUrl: 'http://127.0.0.1',
      listen: { port: 0 },
      admin: { port: 0 },
      shutdown: { grace: '0s' },
      filters: [{ closing: {} }],
      routes: [{ name: 'all', path: '/*', upstream: url }]
    }
    const gateway = await configuredGateway(t, config, { plugins: [plugin], patience: { closeMs: 1000 } })
    await gateway.close()
    t.equal(closed, lines.length === 0)
    const warned = gateway.log.filter(({ level }) => level === 'warn').map(({ message }) => message)
    t.equal(warned.length, lines.length)
    t.match(warned, lines)
  })
