import { ConfigFault, parseDuration } from '@sluice/plugin-api'
import type { JwtEntraConfig } from './config.ts'
import { readEntraSettings, type EntraSettings } from './entra/settings.ts'
import { readOpenIdSettings, type OpenIdSettings } from './openid/settings.ts'

const maxSkewMs = 5 * 60_000
const minStaleMs = 60_000

/** What verdicts depend on whoever issued the token. */
export interface VerifierSettings {
  readonly clockSkewMs: number
  readonly maxStaleMs: number
  readonly cacheMax: number
}

/** Everything that a verdict about a token depends on, in one spelling: equal settings, equal JSON. */
export type Settings = VerifierSettings & (EntraSettings | OpenIdSettings)

/**
 * Reads a configuration once, with its defaults. Paths start at the directory.
 *
 * @throws ConfigFault where it could only lead to a gateway that is unsafe or refuses everybody.
 */
export function readSettings(config: Readonly<JwtEntraConfig>, directory: string): Settings {
  const clockSkewMs = parseDuration(config.clockSkew ?? '60s', ['clockSkew'])
  if (clockSkewMs > maxSkewMs) {
    throw new ConfigFault(['clockSkew'], 'more than 5m keeps expired tokens alive; set the clocks right')
  }
  const maxStaleMs = parseDuration(config.maxStale ?? '24h', ['maxStale'])
  if (maxStaleMs < minStaleMs) {
    throw new ConfigFault(['maxStale'], 'less than 1m would refuse everybody between two refreshes')
  }
  const common = { clockSkewMs, maxStaleMs, cacheMax: config.cache?.max ?? 10_000 }
  if (config.tenant !== undefined && config.issuer === undefined) return { ...readEntraSettings(config), ...common }
  if (config.issuer !== undefined && config.tenant === undefined) {
    return { ...readOpenIdSettings(config, directory), ...common }
  }
  throw new Error('exactly one of the keys tenant and issuer must be there')
}
