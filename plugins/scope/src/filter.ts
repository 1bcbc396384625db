import type { Filter, Outcome, PluginContext, Principal } from '@sluice/plugin-api'
import type { ScopeConfig } from './config.ts'
import { checkScopeNames } from './names.ts'
import { refusalReplies } from './refusal-reply.ts'

/**
 * Makes the filter of an entry. Delegated tokens are judged by their scopes alone and applications by their app roles
 * alone: one role name can be granted to both, and a person's role says nothing about what a client may do for them.
 *
 * @throws Error if nothing is required, or a scope is not written as tokens carry it.
 */
export function createScope({ required, appRoles }: Readonly<ScopeConfig>, ctx: PluginContext): Filter {
  if (required === undefined && appRoles === undefined) throw new Error('name scopes in required, or roles in appRoles')
  checkScopeNames(required ?? [])
  const principalOf = ctx.fact<Principal>('principal')
  const signIn = refusalReplies('SLUICE_SCOPE_SIGN_IN_REQUIRED', required)
  const judgeUser = userJudge(required)
  const judgeApp = appJudge(appRoles)
  return {
    onRequest(x) {
      const principal = principalOf.get(x)
      if (principal === undefined) return signIn()
      return principal.kind === 'user' || principal.kind === 'agent-user' ? judgeUser(principal) : judgeApp(principal)
    },
    onResponse(head) {
      if (head.status !== 401 || head.source !== 'gateway' || required === undefined) return
      for (const challenge of head.challenges) {
        if (challenge.scheme.toLowerCase() === 'bearer') challenge.scopes ??= required
      }
    }
  }
}

type Judge = (principal: Principal) => Outcome

function userJudge(required: readonly string[] | undefined): Judge {
  if (required === undefined) return refusalReplies('SLUICE_SCOPE_USER_REFUSED', undefined)
  const insufficient = refusalReplies('SLUICE_SCOPE_INSUFFICIENT', required)
  return ({ scopes }) => (required.every(name => scopes.includes(name)) ? undefined : insufficient())
}

/** One role is enough: app roles are grades of which a client is granted the one it needs. */
function appJudge(appRoles: readonly string[] | undefined): Judge {
  if (appRoles === undefined) return refusalReplies('SLUICE_SCOPE_APP_REFUSED', undefined)
  const missing = refusalReplies('SLUICE_SCOPE_ROLE_MISSING', undefined)
  return ({ roles }) => (appRoles.some(name => roles.includes(name)) ? undefined : missing())
}
