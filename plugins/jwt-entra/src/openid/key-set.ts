import type { PluginContext } from '@sluice/plugin-api'
import type { KeySet } from '../key-set.ts'
import { refreshEvery, shareKeySet } from '../key-set-sharing.ts'
import type { Runtime } from '../runtime.ts'
import type { VerifierSettings } from '../settings.ts'
import { KeyFile } from './key-file.ts'
import { keyUrl } from './key-url.ts'
import type { OpenIdSettings } from './settings.ts'

/**
 * Takes the key set of an issuer, shared by all who name the same issuer and the same place.
 *
 * @throws ConfigFault for a file that has no keys
 */
export function useKeySet(settings: OpenIdSettings & VerifierSettings, ctx: PluginContext, runtime: Runtime): KeySet {
  const { issuer, jwks } = settings
  const name = `openid ${JSON.stringify([issuer, jwks])}`
  const refreshMs = refreshEvery(settings.maxStaleMs)
  if ('url' in jwks) {
    const source = () => keyUrl(issuer, jwks.url, runtime)
    return shareKeySet(name, [issuer, ''], ctx, { source, refreshMs, runtime })
  }
  const file = new KeyFile(issuer, jwks.file)
  return shareKeySet(name, [issuer, ''], ctx, { source: () => file, initial: file.readAtStart(), refreshMs, runtime })
}
