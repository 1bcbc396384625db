import type { Rate, Verdict } from './gcra.ts'

/** The verdict on what has to wait longest. */
export const longest = (verdicts: readonly Verdict[], { interval }: Rate): Verdict =>
  verdicts.reduce((worst, verdict) => (until(verdict, interval) > until(worst, interval) ? verdict : worst))

const until = ({ allowed, ahead, cost }: Verdict, interval: number): number =>
  allowed ? ahead : ahead + cost * interval
