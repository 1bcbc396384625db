import { createGateway, type GatewayConfig, type GatewayOptions, type RouteConfig } from '@sluice/core'
import type { Plugin } from '@sluice/plugin-api'
import type { Closing } from './closing.ts'
import type { TestGateway } from './gateway.ts'
import { recordingLog } from './log.ts'

/** A filter of one configuration, as its plugin sees it. */
export interface Generation {
  readonly n: number
  readonly signal: AbortSignal
  closed: boolean
}

export interface Generations {
  readonly plugin: Plugin<{ n: number }>
  /** All that were made. */
  readonly made: Generation[]
  /** What the making of a number waits for. */
  readonly making: Map<number, () => Promise<void>>
  /** What the closing of a number waits for. */
  readonly closing: Map<number, () => Promise<void>>
}

/** A plugin whose filters say in `x-generation` which configuration they are of. */
export const generations = (): Generations => {
  const made: Generation[] = []
  const making = new Map<number, () => Promise<void>>()
  const closing = new Map<number, () => Promise<void>>()
  const plugin: Plugin<{ n: number }> = {
    name: 'generation',
    version: '1.0.0',
    api: 1,
    configSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['n'],
      properties: { n: { type: 'integer', description: 'Number of the configuration.' } }
    },
    async create({ n }, { signal }) {
      await making.get(n)?.()
      const generation = { n, signal, closed: false }
      made.push(generation)
      return {
        onResponse: head => head.set('x-generation', String(n)),
        async onClose() {
          await closing.get(n)?.()
          generation.closed = true
        }
      }
    }
  }
  return { plugin, made, making, closing }
}

/** A configuration on free ports, of these routes. */
export const configOf = (...routes: readonly RouteConfig[]): GatewayConfig => ({
  publicUrl: 'http://127.0.0.1',
  listen: { port: 0 },
  admin: { port: 0 },
  shutdown: { grace: '0s' },
  routes
})

/** Starts a gateway in a test's own program, and closes it with the test. */
export const embeddedGateway = async (
  t: Closing,
  config: string | GatewayConfig,
  options: GatewayOptions = {}
): Promise<TestGateway> => {
  const { log, lines } = recordingLog()
  const gateway = createGateway(config, { inEveryChain: [], log, ...options })
  await gateway.start()
  t.teardown(() => gateway.close())
  return Object.assign(gateway, { log: lines })
}
