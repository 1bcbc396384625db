/** The middle of some figures; of two middles the mean. */
export const median = (figures: readonly number[]): number => {
  if (figures.length === 0) throw new RangeError('no figures')
  const sorted = figures.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/**
 * By how much figures that were taken one after the other have grown from the first to the last: along the line whose slope
 * is the median of the slopes of all pairs (Theil and Sen), which outliers do not turn.
 */
export const driftOf = (figures: readonly number[]): number => {
  const slopes = figures.flatMap((from, i) => figures.slice(i + 1).map((to, k) => (to - from) / (k + 1)))
  return slopes.length === 0 ? 0 : median(slopes) * (figures.length - 1)
}

/** From the least to the most of some figures. */
export const spread = (figures: readonly number[]): readonly [least: number, most: number] => [
  Math.min(...figures),
  Math.max(...figures)
]

/** What a comparison of two series, taken alternately, amounts to. */
export interface Comparison {
  /** Median of the ratios, new to old, round by round: what shakes both sides of a round cancels out. */
  readonly ratio: number
  /** What the ratio could be off by chance: two standard errors of a median. */
  readonly noise: number
  /** Whether the ratio differs from 1 by more than the noise and by more than 1 %, and nearly all rounds say so. */
  readonly changed: boolean
}

/** Below this a difference is not called one, however steady: nobody could act on it. */
const MIN_CHANGE = 0.01
/** How often chance alone may make as many rounds say the same. Six rounds are the least that can say anything. */
const MAX_CHANCE = 0.05

/** Compares two series of the same rounds. */
export const compare = (before: readonly number[], after: readonly number[]): Comparison => {
  if (before.length !== after.length) throw new RangeError('series of different lengths')
  const ratios = after.map((figure, round) => figure / before[round]!)
  const ratio = median(ratios)
  // The median absolute deviation estimates sigma without being led by an outlier; a median's own error is 1.2533 sigma / sqrt n.
  const sigma = 1.4826 * median(ratios.map(each => Math.abs(each - ratio)))
  const noise = (2 * 1.2533 * sigma) / Math.sqrt(ratios.length)
  const changed = Math.abs(ratio - 1) > Math.max(noise, MIN_CHANGE) && chance(ratios) < MAX_CHANCE
  return { ratio, noise, changed }
}

/** The sign test, two-sided: how likely a coin falls as one-sidedly as the ratios do. */
const chance = (ratios: readonly number[]): number => {
  const n = ratios.length
  const fewer = Math.min(ratios.filter(ratio => ratio < 1).length, ratios.filter(ratio => ratio > 1).length)
  let ways = 1
  let sum = 1
  for (let k = 1; k <= fewer; k++) sum += ways *= (n - k + 1) / k
  return Math.min(1, (2 * sum) / 2 ** n)
}
