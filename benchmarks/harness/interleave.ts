import type { Environment } from './environment.ts'
import type { Peer } from './peer.ts'
import { whatIsMissing } from './requirements.ts'
import type { Row, Sample } from './result.ts'
import type { Target } from './target.ts'
import type { Workbench } from './workbench.ts'

/** One side of a scenario. */
export interface Variant {
  readonly peer: Peer
  /** Where it differs from the workbench's. */
  readonly environment?: Environment
  /** Waits until the target serves, checks that it does it right, and warms it up. */
  readonly prepare: (target: Target) => Promise<void>
  readonly measure: (target: Target, round: number) => Promise<Sample>
}

/**
 * Runs variants side by side: all are started, then each is measured once a round, every other round in reverse, so that
 * whatever shakes the machine shakes all of them. One that cannot run here gets a row that says why.
 */
export const interleave = async (bench: Workbench, variants: readonly Variant[]): Promise<Row[]> => {
  const running: { variant: Variant; target: Target; samples: Sample[] }[] = []
  try {
    for (const variant of variants) {
      if (whatIsMissing(variant.peer) !== undefined) continue
      bench.progress(`  ${variant.peer.name}: start`)
      const target = await variant.peer.start(variant.environment ?? bench.environment)
      running.push({ variant, target, samples: [] })
      await variant.prepare(target)
    }
    for (let round = 0; round < bench.options.rounds; round++) {
      bench.progress(`  round ${round + 1} of ${bench.options.rounds}`)
      for (const { variant, target, samples } of round % 2 === 0 ? running : running.toReversed()) {
        samples.push(await variant.measure(target, round))
      }
    }
  } finally {
    await Promise.all(running.map(({ target }) => target.stop()))
  }
  return variants.map(variant => rowOf(variant, running.find(each => each.variant === variant)?.samples))
}

const rowOf = ({ peer }: Variant, samples: readonly Sample[] | undefined): Row => {
  const row = { variant: peer.name, about: peer.about }
  return samples === undefined ? { ...row, samples: [], missing: whatIsMissing(peer) } : { ...row, samples }
}
