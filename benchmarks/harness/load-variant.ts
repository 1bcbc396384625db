import type { Variant } from './interleave.ts'
import { measureLoad } from './measure-load.ts'
import type { Peer } from './peer.ts'
import { expectGuarded, serves } from './probe.ts'
import { type Target, untilServing } from './target.ts'
import type { Workbench } from './workbench.ts'
import type { Load } from './wrk.ts'

/** Requests before anything is measured: a compiler that has not seen enough of them is what would be measured. */
const WARM_UP = 30_000
const WARM_UP_IF_QUICK = 3000
/** The slowest do not get as far as that. */
const WARM_UP_MS = 12_000

/**
 * A variant under wrk's load: it serves, guards if it should, is warm, and then is measured. `atLeast` are the requests
 * that it must have seen however long they take.
 */
export const loadVariant = (bench: Workbench, peer: Peer, load: Load, path = '/mcp', atLeast = 0): Variant => {
  // Where every token shall be new, a run must go on where the one before it stopped.
  let start = 0
  const warmUp = async (target: Target): Promise<void> => {
    const enough = bench.options.quick ? WARM_UP_IF_QUICK : WARM_UP
    const deadline = performance.now() + WARM_UP_MS
    for (let sent = 0; sent < atLeast || (sent < enough && performance.now() < deadline);) {
      const { requests } = await measureLoad(target, { ...load, start })
      sent += requests
      start += requests + load.connections
    }
  }
  return {
    peer,
    prepare: async target => {
      await untilServing(target, () => serves(target.url + path, bench.token))
      await expectGuarded(target, path, bench.forged)
      await warmUp(target)
    },
    measure: async target => {
      const sample = await measureLoad(target, { ...load, start })
      start += sample.requests + load.connections
      return sample
    }
  }
}
