import type { PluginContext } from '@sluice/plugin-api'
import type { KeySet } from '../key-set.ts'
import { refreshEvery, shareKeySet, watchReadiness } from '../key-set-sharing.ts'
import type { Runtime } from '../runtime.ts'
import type { VerifierSettings } from '../settings.ts'
import type { KeySetAddress, TokenVersion } from './discovery.ts'
import { tenantKeys } from './key-source.ts'
import type { EntraSettings } from './settings.ts'

/** The key sets that an entry uses. */
export interface KeySets {
  readonly find: (tenant: string, version: TokenVersion) => KeySet | undefined
  /** Stops reporting readiness. The sets themselves end with their last user. */
  readonly release: () => void
}

/**
 * Takes both key sets of every tenant, each shared by all who use the same authority. Ready once the version 2 keys of
 * all tenants were fetched; a tenant without version 1 tokens need not publish the others.
 */
export function useKeySets(settings: EntraSettings & VerifierSettings, ctx: PluginContext, runtime: Runtime): KeySets {
  const refreshMs = refreshEvery(settings.maxStaleMs)
  const sets: Record<TokenVersion, Map<string, KeySet>> = { '1.0': new Map(), '2.0': new Map() }
  const watched: (() => void)[] = []
  for (const tenant of settings.tenants) {
    for (const version of ['2.0', '1.0'] as const) {
      sets[version].set(tenant, useKeySet({ authority: settings.authority, tenant, version }, refreshMs, ctx, runtime))
    }
    watched.push(watchReadiness(sets['2.0'].get(tenant)!, tenant, ctx))
  }
  const release = () => {
    for (const stop of watched.splice(0)) stop()
  }
  ctx.signal.addEventListener('abort', release, { once: true })
  return { find: (tenant, version) => sets[version].get(tenant), release }
}

function useKeySet(address: KeySetAddress, refreshMs: number, ctx: PluginContext, runtime: Runtime): KeySet {
  const { authority, tenant, version } = address
  return shareKeySet(`${authority} ${tenant} ${version}`, [tenant, version], ctx, {
    source: () => tenantKeys(address, runtime),
    refreshMs,
    runtime
  })
}
