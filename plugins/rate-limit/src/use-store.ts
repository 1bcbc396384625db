import type { PluginContext } from '@sluice/plugin-api'
import { type Arrivals, ForgettingArrivals, SharingArrivals } from './arrivals.ts'
import { MemoryStore } from './memory-store.ts'
import { SharedStore } from './shared-store.ts'
import type { Store } from './store.ts'
import type { TableShare } from './table-owner.ts'

/** What distinguishes one store from another. */
export interface StoreSettings {
  /** `memory`, or an address. */
  readonly store: string
  readonly max: number
  /** What is counted in it. */
  readonly key: string
  /** Whether the gateway is not ready before the store was reached once. */
  readonly readiness: boolean
  /** Whether clients make callers' names up. */
  readonly madeUp: boolean
}

/** Takes the store of an entry, shared over its routes and reloads. */
export const useStore = async (
  { store, max, key, readiness, madeUp }: StoreSettings,
  ctx: PluginContext
): Promise<Store> => {
  if (store === 'memory' && ctx.workers > 1) {
    const share = await ctx.singleton<null, TableShare>('arrivals', `${ctx.entry} ${key} ${max}`, max)(null)
    return ctx.shared(`shared ${key} ${max}`, () => new SharedStore({ ...share, madeUp, now: monotonic }), dispose)
  }
  if (store === 'memory') {
    const arrivals = (): Arrivals => (madeUp ? new SharingArrivals(max) : new ForgettingArrivals(max))
    return ctx.shared(`memory ${key} ${max}`, () => new MemoryStore(arrivals(), microseconds), dispose)
  }
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

/** The clock of the machine, which is the same in all threads, as that of `performance` is not. */
const monotonic = (): number => {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1000)
}

const microseconds = (): number => Math.floor(performance.now() * 1000)
