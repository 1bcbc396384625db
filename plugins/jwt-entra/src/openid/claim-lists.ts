import { listOf, textOf, wordsOf, type Claims } from '../claims.ts'

/** Scopes of a token: `scope` (RFC 9068 section 2.2.3), else `scp`; words, or a list. `undefined` for another type. */
export const scopesOf = (claims: Claims): readonly string[] | undefined => {
  const name = claims.scope === undefined ? 'scp' : 'scope'
  return typeof claims[name] === 'string' ? wordsOf(claims, name) : listOf(claims, name)
}

/** Roles of a token: one, which may have spaces in it, or a list. `undefined` for another type. */
export const rolesOf = (claims: Claims): readonly string[] | undefined => {
  if (typeof claims.roles !== 'string') return listOf(claims, 'roles')
  return claims.roles === '' ? [] : [textOf(claims, 'roles')]
}

/** For whom a token is (RFC 7519 section 4.1.3): one, or a list. `undefined` for another type. */
export const audiencesOf = (claims: Claims): readonly string[] | undefined =>
  typeof claims.aud === 'string' ? [claims.aud] : listOf(claims, 'aud')
