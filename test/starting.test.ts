import { checkGateway, type ConfigError, createGateway, type GatewayConfig } from '@sluice/core'
import type { Filter, Plugin } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { recordingLog } from './support/log.ts'

const plugin = (name: string, create: () => Filter): Plugin => ({
  name,
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create
})

const configOf = (...names: readonly string[]): GatewayConfig => ({
  publicUrl: 'http://127.0.0.1',
  listen: { port: 0 },
  admin: { port: 0 },
  shutdown: { grace: '0s' },
  routes: [{ name: 'all', path: '/*', upstream: 'http://127.0.0.1:9', filters: names.map(name => ({ [name]: null })) }]
})

const gatewayOf = (t: Test, config: GatewayConfig, plugins: readonly Plugin[]) => {
  const { log } = recordingLog()
  const gateway = createGateway(config, { plugins, inEveryChain: [], log })
  t.teardown(() => gateway.close())
  return gateway
}

t.test('filters start in their order, when all are made, and not where a configuration is only checked', async t => {
  const events: string[] = []
  const made = (name: string): Plugin =>
    plugin(name, () => {
      events.push(`create ${name}`)
      return {
        onStart: async () => {
          await new Promise(resolve => setImmediate(resolve))
          events.push(`start ${name}`)
        },
        onClose: () => void events.push(`close ${name}`)
      }
    })
  const plugins = [made('one'), made('two')]
  await checkGateway(configOf('one', 'two'), { plugins, inEveryChain: [] })
  t.strictSame(events.splice(0).toSorted(), ['close one', 'close two', 'create one', 'create two'])
  await gatewayOf(t, configOf('one', 'two'), plugins).start()
  t.strictSame(events.splice(0), ['create one', 'create two', 'start one', 'start two'])
})

t.test('a filter that cannot start stops the start, and a reload leaves what is served', async t => {
  const closed: string[] = []
  const failing = plugin('failing', () => ({
    onStart: () => {
      throw Object.assign(new Error('somebody else has it'), { configPath: ['file'] })
    },
    onClose: () => void closed.push('failing')
  }))
  const fine = plugin('fine', () => ({ onRequest: () => ({ status: 204 }) }))
  await t.rejects(gatewayOf(t, configOf('failing'), [failing]).start(), {
    issues: [{ path: 'routes[0].filters[0].failing.file', message: 'somebody else has it' }]
  } as unknown as ConfigError)
  t.strictSame(closed.splice(0), ['failing'])
  const gateway = gatewayOf(t, configOf('fine'), [fine, failing])
  const { url } = await gateway.start()
  await t.rejects(gateway.reload(configOf('fine', 'failing')), /somebody else has it/)
  t.strictSame(closed, ['failing'])
  t.equal((await fetch(url)).status, 204)
})
