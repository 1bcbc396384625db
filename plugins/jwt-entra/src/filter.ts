import type { Exchange, Filter, Outcome, PluginContext, Principal } from '@sluice/plugin-api'
import type { Verdict } from './access-token-rules.ts'
import type { RefusalCode } from './codes.ts'
import type { JwtEntraConfig } from './config.ts'
import { type Credential, readCredential } from './credential.ts'
import { deadlineOf } from './deadline.ts'
import { withDocuments } from './documents.ts'
import { useEntra } from './entra/access-tokens.ts'
import { useOpenId } from './openid/access-tokens.ts'
import { countOutcomes } from './outcomes.ts'
import { refusalReply } from './refusal-reply.ts'
import { systemRuntime, type Runtime } from './runtime.ts'
import { readSettings } from './settings.ts'
import { warnOf } from './settings-warnings.ts'
import { VerificationTurns } from './verification-turns.ts'
import { Verifier } from './verifier.ts'

/**
 * Makes the filter of an entry. A verdict is shared by all entries, routes and reloads whose settings are the same
 * in every point, and by no others.
 *
 * @throws Error where the settings could only lead to a gateway that is unsafe or refuses everybody.
 */
export function createJwtEntra(
  config: Readonly<JwtEntraConfig>,
  ctx: PluginContext,
  given: Runtime = systemRuntime
): Filter {
  const runtime = ctx.workers > 1 ? withDocuments(given, ctx) : given
  const settings = readSettings(config, ctx.directory)
  const rules = settings.provider === 'entra' ? useEntra(settings, ctx, runtime) : useOpenId(settings, ctx, runtime)
  warnOf(settings, ctx.log)
  const verifier = ctx.sharedAcross(
    `verifier ${JSON.stringify(settings)}`,
    () => new Verifier(settings, rules, runtime.now)
  )
  const turns = ctx.sharedAcross('verification turns', () => new VerificationTurns())
  const principal = ctx.fact<Principal>('principal')
  const outcomes = countOutcomes(ctx)
  const deadline = deadlineOf(config, settings.clockSkewMs, ctx.entry)
  const optional = config.mode === 'optional'

  const refuse = (code: RefusalCode): Outcome => {
    outcomes.refused(code)
    return refusalReply(code)
  }

  const conclude = (verdict: Verdict, x: Exchange): Outcome => {
    if (typeof verdict === 'string') return refuse(verdict)
    principal.set(x, verdict)
    x.endBy(deadline(verdict))
    outcomes.allowed.add()
    return undefined
  }

  const judge = (credential: Credential): Verdict | Promise<Verdict> => {
    if (credential === undefined) return 'SLUICE_AUTH_TOKEN_MISSING'
    return typeof credential === 'string' ? credential : verifier.verify(credential.token)
  }

  return {
    onRequest(x) {
      const credential = readCredential(x)
      if (credential === undefined && optional) {
        outcomes.anonymous.add()
        return undefined
      }
      const known = typeof credential === 'object' ? verifier.recall(credential.token) : undefined
      if (typeof known === 'object') {
        turns.known()
        return conclude(known, x)
      }
      const verdict = turns.take(() => judge(credential)) ?? 'SLUICE_AUTH_OVERLOADED'
      return verdict instanceof Promise ? verdict.then(late => conclude(late, x)) : conclude(verdict, x)
    },
    onClose: rules.release
  }
}
