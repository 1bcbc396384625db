import type { PluginContext } from '@sluice/plugin-api'
import type { UsedRules } from '../access-token-rules.ts'
import { watchReadiness } from '../key-set-sharing.ts'
import type { Runtime } from '../runtime.ts'
import type { VerifierSettings } from '../settings.ts'
import { makeClaimChecks } from './claim-checks.ts'
import { useKeySet } from './key-set.ts'
import { makePrincipal } from './principal.ts'
import type { OpenIdSettings } from './settings.ts'
import { makeRefuseHeader } from './token-header.ts'

/** The rules for JWT access tokens of any other OpenID provider (RFC 9068, and what came before it). */
export function useOpenId(
  settings: OpenIdSettings & VerifierSettings,
  ctx: PluginContext,
  runtime: Runtime
): UsedRules {
  const keySet = useKeySet(settings, ctx, runtime)
  const checks = makeClaimChecks(settings)
  const release = watchReadiness(keySet, settings.issuer, ctx)
  ctx.signal.addEventListener('abort', release, { once: true })
  return {
    refuseHeader: makeRefuseHeader(settings),
    // Tokens of other issuers make nobody look for their keys.
    findKeySet: ({ iss }) => (iss === settings.issuer ? keySet : 'SLUICE_AUTH_ISSUER_REFUSED'),
    refuse: claims => checks.refuse(claims),
    identify: claims => checks.forbid(claims) ?? makePrincipal(claims),
    release
  }
}
