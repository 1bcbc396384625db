import type { PluginContext } from '@sluice/plugin-api'
import { MemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'

/** What distinguishes one store from another. */
export interface StoreSettings {
  /** `memory`, or an address. */
  readonly store: string
  readonly max: number
  /** What is counted in it. */
  readonly key: string
  /** Whether the gateway is not ready before the store was reached once. */
  readonly readiness: boolean
}

/** Takes the store of an entry, shared over its routes and reloads. */
export const useStore = async ({ store, max, key, readiness }: StoreSettings, ctx: PluginContext): Promise<Store> => {
  if (store === 'memory') return ctx.shared(`memory ${key} ${max}`, () => new MemoryStore(max, microseconds), dispose)
  // Its client takes 50 ms to load, and most limits are counted in memory.
  const { RedisStore } = await import('./redis-store.ts')
  const redis = ctx.shared(`redis ${store}`, () => new RedisStore(store, ctx.log), dispose)
  if (readiness) {
    const reached = ctx.readiness('store')
    const stop = redis.watch(failure => (failure === undefined ? reached.ready() : reached.notReady(failure)))
    ctx.signal.addEventListener('abort', stop, { once: true })
  }
  return redis
}

const dispose = (used: Store): void => used.close()

const microseconds = (): number => Math.floor(performance.now() * 1000)
