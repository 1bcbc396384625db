import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { definePlugin } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { configuredGateway } from './support/configured-gateway.ts'
import { upstream } from './support/upstream.ts'

/** A gateway with a shared part that closes when its target hears `open`, and tells it `closing` before. */
const gatewayWithPart = async (t: Test, closeMs: number) => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const part = new EventTarget()
  const close = async (): Promise<void> => {
    const opened = once(part, 'open')
    part.dispatchEvent(new Event('closing'))
    await opened
  }
  const plugin = definePlugin({
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
  const config = {
    publicUrl: 'http://127.0.0.1',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: [{ closing: {} }],
    routes: [{ name: 'all', path: '/*', upstream: url }]
  }
  return { part, gateway: await configuredGateway(t, config, { plugins: [plugin], patience: { closeMs } }) }
}

t.test('a shared part that closes slowly is waited for', async t => {
  const { part, gateway } = await gatewayWithPart(t, 60_000)
  const asked = once(part, 'closing')
  let closed = false
  const closing = gateway.close().then(() => (closed = true))
  await asked
  for (let i = 0; i < 100; i++) await turn()
  t.notOk(closed)
  part.dispatchEvent(new Event('open'))
  await closing
  t.strictSame(
    gateway.log.filter(({ level }) => level === 'warn'),
    []
  )
})

t.test('a shared part that does not close is left behind after its time', async t => {
  const { gateway } = await gatewayWithPart(t, 200)
  await gateway.close()
  t.match(
    gateway.log.filter(({ level }) => level === 'warn'),
    [{ message: /has not closed in time/ }]
  )
})
