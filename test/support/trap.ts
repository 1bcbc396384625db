import t, { type Test } from 'tap'
import { gateway, type TestGateway, type TestRoute } from './gateway.ts'
import { settled } from './settled.ts'
import { Sockets } from './sockets.ts'
import { Wire } from './wire.ts'

/** Where a trap is set: a gateway for its routes. */
export interface Scene {
  readonly t: Test
  gateway(...of: Parameters<typeof gateway> extends [Test, ...infer Rest] ? Rest : never): Promise<TestGateway>
}

/**
 * A test of one trap of forwarding. When its clients are gone, the gateway must have let go of their connections and have
 * no request under way; when it is closed, no socket and no handle may be left of all that the trap opened.
 */
export const trap = (name: string, spring: (scene: Scene) => Promise<void>): void =>
  void t.test(name, async t => {
    const before = resources()
    const sockets = new Sockets()
    t.teardown(() => sockets.stop())
    await t.test('sprung', async t => {
      const gateways: TestGateway[] = []
      await spring({
        t,
        gateway: async (routes, settings) => {
          const started = await gateway(t, routes, settings)
          gateways.push(started)
          return started
        }
      })
      for (const started of gateways) await leave(started, sockets)
    })
    await settled(() => sockets.size === 0, 'no socket is left')
    await settled(() => added(before).length === 0, 'no handle is left').catch(() => {})
    t.strictSame(added(before), [], 'handles are back to the start')
  })

/** The clients leave; so does every trace of them. */
const leave = async ({ url }: TestGateway, sockets: Sockets): Promise<void> => {
  const port = Number(new URL(url).port)
  for (const socket of sockets.madeTo(port)) socket.destroy()
  await settled(() => sockets.acceptedAt(port).length === 0, 'the gateway let go of its clients')
}

/** The answer of a route that is of no trap: what the gateway can still do. */
export const ask = async (url: string, path = '/mcp'): Promise<string> => {
  const wire = await Wire.to(url)
  wire.write(`GET ${path} HTTP/1.1`, 'host: 127.0.0.1', 'connection: close', '', '')
  await wire.closed
  return wire.received
}

const resources = (): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}

/** Immediates are how the wait itself goes round. */
const added = (before: ReadonlyMap<string, number>): readonly string[] =>
  [...resources()]
    .filter(([type, count]) => type !== 'Immediate' && count > (before.get(type) ?? 0))
    .map(([type]) => type)

export type { TestRoute }
