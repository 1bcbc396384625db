import type { PluginContext } from '@sluice/plugin-api'
import type { KeySetAddress } from './discovery.ts'
import { KeySet } from './key-set.ts'
import type { Runtime } from './runtime.ts'
import type { Settings } from './settings.ts'
import type { TokenVersion } from './token-structure.ts'
import type { FindKeySet } from './verifier.ts'

const hourMs = 3_600_000

/** The key sets that an entry uses. */
export interface KeySets {
  readonly find: FindKeySet
  /** Stops reporting readiness. The sets themselves end with their last user. */
  readonly release: () => void
}

/**
 * Takes both key sets of every tenant, each shared by all who use the same authority. Ready once the version 2 keys of
 * all tenants were fetched; a tenant without version 1 tokens need not publish the others.
 */
export function useKeySets(settings: Settings, ctx: PluginContext, runtime: Runtime): KeySets {
  // Four chances before a set is too old to be believed.
  const refreshMs = Math.min(hourMs, settings.maxStaleMs / 4)
  const sets: Record<TokenVersion, Map<string, KeySet>> = { '1.0': new Map(), '2.0': new Map() }
  const watched: (() => void)[] = []
  for (const tenant of settings.tenants) {
    for (const version of ['2.0', '1.0'] as const) {
      sets[version].set(tenant, useKeySet({ authority: settings.authority, tenant, version }, refreshMs, ctx, runtime))
    }
    watched.push(reportReadiness(sets['2.0'].get(tenant)!, tenant, ctx))
  }
  const release = () => {
    for (const stop of watched.splice(0)) stop()
  }
  ctx.signal.addEventListener('abort', release, { once: true })
  return { find: (tenant, version) => sets[version].get(tenant), release }
}

function useKeySet(address: KeySetAddress, refreshMs: number, ctx: PluginContext, runtime: Runtime): KeySet {
  const { authority, tenant, version } = address
  return ctx.sharedAcross(
    `keys ${authority} ${tenant} ${version} ${refreshMs}`,
    () => {
      const ages = ctx.metrics.gauge(
        'sluice_key_set_age_seconds',
        'Seconds since the signing keys of a tenant were fetched, as of at most 15 s ago.',
        ['tenant', 'version']
      )
      return new KeySet(address, {
        refreshMs,
        runtime,
        log: ctx.log,
        age: age => ages.series(tenant, version).set(age)
      })
    },
    keySet => keySet.close()
  )
}

function reportReadiness(keySet: KeySet, tenant: string, ctx: PluginContext): () => void {
  const readiness = ctx.readiness(`signing keys of ${tenant}`)
  const report = () => {
    if (keySet.failure !== undefined) readiness.notReady(keySet.failure)
    else if (keySet.fetchedAt !== undefined) readiness.ready()
  }
  report()
  return keySet.onFetched(report)
}
