import type { PluginContext } from '@sluice/plugin-api'
import { KeySet, type KeySetOptions } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import { metrics } from './metrics.ts'

const hourMs = 3_600_000

/** Milliseconds between two refreshes: four chances before a set is too old to be believed. */
export const refreshEvery = (maxStaleMs: number): number => Math.min(hourMs, maxStaleMs / 4)

/** How a key set is made where nobody has it yet. */
export interface KeySetMaking extends Pick<KeySetOptions, 'refreshMs' | 'runtime' | 'initial'> {
  readonly source: () => KeySource
}

/** Takes a key set, shared by all who name it alike; it ends with its last user. */
export function shareKeySet(
  name: string,
  labels: readonly [tenant: string, version: string],
  ctx: PluginContext,
  { source, ...options }: KeySetMaking
): KeySet {
  const declared = metrics.keySetAge
  const ages = ctx.metrics.gauge(declared.name, declared.help, Object.keys(declared.labels), 'max')
  const age = (seconds: number): void => ages.series(...labels).set(seconds)
  return ctx.sharedAcross(
    `keys ${name} ${options.refreshMs}`,
    () => new KeySet(source(), { ...options, log: ctx.log, age }),
    keySet => {
      keySet.close()
      // Else it would stay for ever as old as it was last, and alert of keys that nobody uses.
      if (keySet.fetchedAt !== undefined) age(Number.NaN)
    }
  )
}

/** Declares a readiness that follows a key set. Returns how to stop. */
export function watchReadiness(keySet: KeySet, whose: string, ctx: PluginContext): () => void {
  const readiness = ctx.readiness(`signing keys of ${whose}`)
  const report = () => {
    if (keySet.failure !== undefined) readiness.notReady(keySet.failure)
    else if (keySet.fetchedAt !== undefined) readiness.ready()
  }
  report()
  return keySet.onFetched(report)
}
