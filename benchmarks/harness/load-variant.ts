import type { Variant } from './interleave.ts'
import { measureLoad } from './measure-load.ts'
import type { Peer } from './peer.ts'
import { expectGuarded, serves } from './probe.ts'
import { untilServing } from './target.ts'
import type { Workbench } from './workbench.ts'
import type { Load } from './wrk.ts'

/** A variant under wrk's load: it serves, guards if it should, is warm, and then is measured. */
export const loadVariant = (bench: Workbench, peer: Peer, load: Load, path = '/mcp'): Variant => {
  // Where every token shall be new, a run must go on where the one before it stopped.
  let start = 0
  return {
    peer,
    prepare: async target => {
      await untilServing(target, () => serves(target.url + path, bench.token))
      await expectGuarded(target, path, bench.forged)
      const { requests } = await measureLoad(target, {
        ...load,
        seconds: Math.max(bench.options.quick ? 2 : 5, load.seconds)
      })
      start += requests
    },
    measure: async target => {
      const sample = await measureLoad(target, { ...load, start })
      start += sample.requests + load.connections
      return sample
    }
  }
}
