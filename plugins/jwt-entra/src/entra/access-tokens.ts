import type { PluginContext } from '@sluice/plugin-api'
import type { UsedRules, Verdict } from '../access-token-rules.ts'
import type { Claims } from '../claims.ts'
import type { Runtime } from '../runtime.ts'
import type { VerifierSettings } from '../settings.ts'
import { makeClaimChecks } from './claim-checks.ts'
import { isGuid } from './guid.ts'
import { useKeySets } from './key-sets.ts'
import { kindOf } from './kind.ts'
import { clientIdOf, makePrincipal } from './principal.ts'
import type { EntraSettings } from './settings.ts'
import { refuseHeader } from './token-header.ts'

/** The rules for access tokens of Entra ID, of version 1 and 2. */
export function useEntra(settings: EntraSettings & VerifierSettings, ctx: PluginContext, runtime: Runtime): UsedRules {
  const keySets = useKeySets(settings, ctx, runtime)
  const checks = makeClaimChecks(settings)

  const identify = (claims: Claims): Verdict => {
    const clientId = clientIdOf(claims)
    // Every access token of Entra names its client; of the tokens that do not, those without scp are ID tokens.
    if (clientId === '') return claims.scp === undefined ? 'SLUICE_AUTH_ID_TOKEN' : 'SLUICE_AUTH_KIND_UNKNOWN'
    const kind = kindOf(claims)
    switch (kind) {
      case 'user':
      case 'app':
      case 'agent':
      case 'agent-user':
        return checks.forbid(claims, clientId) ?? makePrincipal(claims, kind)
      default:
        return kind
    }
  }

  return {
    refuseHeader,
    findKeySet({ ver, tid }) {
      if (ver !== '1.0' && ver !== '2.0') return 'SLUICE_AUTH_VERSION_REFUSED'
      return (isGuid(tid) ? keySets.find(tid.toLowerCase(), ver) : undefined) ?? 'SLUICE_AUTH_TENANT_REFUSED'
    },
    refuse: (claims, issuer) => checks.refuse(claims, issuer),
    identify,
    release: keySets.release
  }
}
