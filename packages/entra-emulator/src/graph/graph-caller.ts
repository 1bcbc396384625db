import { createHash } from 'node:crypto'
import { type CompactJws, parseCompactJws, textClaim, timeClaim } from '../assertions/compact-jws.ts'
import { checkIssuedSignature } from '../assertions/issued-signature.ts'
import { microsoftGraph } from '../directory/microsoft-graph.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { Emulation } from '../emulation.ts'
import { GraphError } from './graph-error.ts'

/** Who calls Microsoft Graph. */
export interface GraphCaller {
  readonly tenant: Tenant
  /** Object ID of the person, where the token is one of a person. */
  readonly personId: string | undefined
  readonly permissions: ReadonlySet<string>
}

const unauthenticated = (message: string): GraphError => new GraphError(401, 'InvalidAuthenticationToken', message)

/** Undoes what makes these tokens unverifiable for everyone else: the nonce that is signed is the digest of the one shown. */
const unmask = (token: string): CompactJws | undefined => {
  const [header = '', ...rest] = token.split('.')
  const jws = parseCompactJws(token)
  if (typeof jws?.header['nonce'] !== 'string') return jws
  const nonce = createHash('sha256').update(jws.header['nonce']).digest('base64url')
  const signed = JSON.stringify({ ...jws.header, nonce })
  return header === '' ? undefined : parseCompactJws([Buffer.from(signed).toString('base64url'), ...rest].join('.'))
}

const readToken = (authorization: string | undefined): CompactJws => {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  if (token === undefined) throw unauthenticated('Access token is empty.')
  const jws = unmask(token)
  if (!jws) throw unauthenticated('CompactToken parsing failed with error code: 80049217')
  return jws
}

const readPermissions = ({ claims }: CompactJws): ReadonlySet<string> => {
  const { scp, roles } = claims
  if (typeof scp === 'string') return new Set(scp.split(' '))
  return new Set(Array.isArray(roles) ? roles.filter(role => typeof role === 'string') : [])
}

/**
 * Reads and checks the access token of a call of Microsoft Graph.
 *
 * @throws GraphError 401 InvalidAuthenticationToken.
 */
export const readGraphCaller = (emulation: Emulation, authorization: string | undefined): GraphCaller => {
  const jws = readToken(authorization)
  const audience = textClaim(jws, 'aud')
  const names: readonly string[] = [microsoftGraph.clientId, ...microsoftGraph.identifierUris]
  if (!names.includes(audience)) throw unauthenticated('Access token validation failure. Invalid audience.')
  if (checkIssuedSignature(jws, emulation.keys) !== 'valid') {
    throw unauthenticated('Access token validation failure. Invalid signature.')
  }
  const tenant = emulation.tenants.find(({ tenantId }) => tenantId === jws.claims['tid'])
  if (!tenant || textClaim(jws, 'iss') !== emulation.endpoints.v1Issuer(tenant.tenantId)) {
    throw unauthenticated('Access token validation failure. Invalid issuer.')
  }
  const now = emulation.now()
  if (!(timeClaim(jws, 'nbf') <= now && now < timeClaim(jws, 'exp'))) {
    throw unauthenticated('Lifetime validation failed, the token is expired.')
  }
  const personId = typeof jws.claims['scp'] === 'string' ? textClaim(jws, 'oid') : undefined
  return { tenant, personId, permissions: readPermissions(jws) }
}
