import type { Machine } from './machine.ts'

/** A figure that a scenario takes in every round. */
export interface Metric {
  readonly key: string
  readonly label: string
  /** Digits behind the point. */
  readonly digits: number
}

/** The figures of one round, by the key of their metric. */
export type Sample = Readonly<Record<string, number>>

/** A line of a scenario's table. */
export interface Row {
  readonly variant: string
  readonly about: string
  readonly samples: readonly Sample[]
  /** Why there are no samples. */
  readonly missing?: string | undefined
}

/** What a scenario found. */
export interface Findings {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly metrics: readonly Metric[]
  /** Which metric is put in proportion to which variants. */
  readonly ratio?: { readonly metric: string; readonly to: readonly string[] } | undefined
  /** Metric of the chart. */
  readonly chart?: string | undefined
  readonly rows: readonly Row[]
}

/** A file of `results/`. */
export interface Result extends Findings {
  readonly machine: Machine
}
