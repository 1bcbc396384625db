import type { Principal } from '@sluice/plugin-api'
import { listOf, textOf, wordsOf, type Claims } from '../claims.ts'
import type { RefusalCode } from '../codes.ts'

/** `xms_act_fct` and `xms_sub_fct`: the actor or the subject is an agent identity. */
const agentIdentity = '11'
/** `xms_sub_fct`: the subject is the user account of an agent. */
const agentUser = '13'

/**
 * Whose token it is, by claims alone: Entra's ID tokens and access tokens have the same `typ`. An agent that acts on
 * behalf of a person is that person's `user`: identity and rights are the person's, and `xms_act_fct` stays in the
 * claims for who wants to know. A token that does not say what it is, is refused.
 */
export function kindOf(claims: Claims): Principal['kind'] | RefusalCode {
  const subject = wordsOf(claims, 'xms_sub_fct')
  if (isDelegated(claims)) {
    if (claims.idtyp === 'app') return 'SLUICE_AUTH_KIND_CONTRADICTORY'
    if (claims.idtyp !== undefined && claims.idtyp !== 'user') return 'SLUICE_AUTH_KIND_UNKNOWN'
    if (subject.includes(agentUser)) return 'agent-user'
    return subject.includes(agentIdentity) ? 'SLUICE_AUTH_KIND_CONTRADICTORY' : 'user'
  }
  if (!isAppOnly(claims)) return looksLikeIdToken(claims) ? 'SLUICE_AUTH_ID_TOKEN' : 'SLUICE_AUTH_KIND_UNKNOWN'
  if (subject.includes(agentUser)) return 'SLUICE_AUTH_KIND_CONTRADICTORY'
  if (listOf(claims, 'roles')?.length === 0) return 'SLUICE_AUTH_ROLES_MISSING'
  return subject.includes(agentIdentity) || wordsOf(claims, 'xms_act_fct').includes(agentIdentity) ? 'agent' : 'app'
}

/** Autonomous agents' tokens may have an empty `scp`, or `/`, that delegates nothing. */
function isDelegated(claims: Claims): boolean {
  const scp = textOf(claims, 'scp').trim()
  return scp !== '' && scp !== '/'
}

/** Without the optional claim `idtyp`: an application is its own subject and has no name to sign in with. */
function isAppOnly(claims: Claims): boolean {
  if (claims.idtyp !== undefined) return claims.idtyp === 'app'
  const named = 'preferred_username' in claims || 'upn' in claims || 'unique_name' in claims
  return claims.oid === claims.sub && !named
}

const looksLikeIdToken = (claims: Claims): boolean => 'nonce' in claims || 'at_hash' in claims || 'c_hash' in claims
