import type { Application, Person } from '../directory/directory.ts'
import type { Endpoints } from '../endpoints.ts'
import { identityProvider, signInName } from './guest-claims.ts'
import type { JsonObject } from './jws.ts'
import { rolesOfPerson } from './role-claims.ts'
import { opaque } from './shared-claims.ts'
import { pairwiseSubject } from './subject.ts'

/** What an ID token is made of. */
export interface IdTokenRequest {
  readonly tenantId: string
  readonly client: Application
  readonly person: Person
  /** The OpenID Connect scopes that were asked for. */
  readonly oidcScopes: readonly string[]
  readonly nonce?: string | undefined
}

/** The claims of a version 2 ID token (OpenID Connect Core section 2): `profile` and `email` add theirs. */
export const idTokenClaims = (request: IdTokenRequest, { v2Issuer }: Endpoints): JsonObject => {
  const { tenantId, client, person, oidcScopes, nonce } = request
  const profile = oidcScopes.includes('profile')
  return {
    aud: client.clientId,
    iss: v2Issuer(tenantId),
    aio: opaque(48),
    email: oidcScopes.includes('email') ? person.mail : undefined,
    idp: identityProvider(tenantId, person),
    name: profile ? person.name : undefined,
    nonce,
    oid: person.oid,
    preferred_username: profile ? signInName(person) : undefined,
    rh: `1.${opaque(36)}.`,
    roles: rolesOfPerson(person, client),
    sub: pairwiseSubject(tenantId, person.oid, client.clientId),
    tid: tenantId,
    uti: opaque(16),
    ver: '2.0'
  }
}
