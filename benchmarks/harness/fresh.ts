import { direct } from './direct.ts'
import type { Variant } from './interleave.ts'

/** The same variant in a new process every round: no luck of one process's memory layout or compiler lasts. */
export const inFreshProcess = (variant: Variant): Variant => ({
  peer: { ...variant.peer, start: direct.start },
  prepare: async () => {},
  measure: async (idle, round) => {
    idle.check()
    const target = await variant.peer.start(variant.environment ?? idle.environment)
    try {
      await variant.prepare(target)
      return await variant.measure(target, round)
    } finally {
      await target.stop()
    }
  }
})
