import { createPublicKey } from 'node:crypto'
import { isObject } from '../claims.ts'
import { maxKeys, minModulusBits, type ImportedKeys, type SigningKey } from '../signing-key.ts'
import { fillTenant, tenantOf } from './discovery.ts'

/** Whom the keys of a set may speak for. */
export interface KeyOwner {
  /** Lower case. */
  readonly tenant: string
  /** Host of the authority's version 2 issuer: keys carry that one even in a version 1 set. */
  readonly issuerHost: string
  /** Whether the set was fetched from an address of this tenant alone. */
  readonly tenantSpecific: boolean
}

/**
 * Takes the RS256 keys of a JWK set (RFC 7517 section 5). An entry that is of no use does not spoil the others.
 *
 * @throws Error if none is left.
 */
export function importKeys(document: unknown, owner: KeyOwner): ImportedKeys {
  const entries = isObject(document) && Array.isArray(document.keys) ? document.keys : []
  const keys = new Map<string, SigningKey>()
  let skipped = Math.max(0, entries.length - maxKeys)
  for (const entry of entries.slice(0, maxKeys)) {
    const key = importKey(entry, owner)
    if (key === undefined) skipped++
    else if (keys.get(key.id)?.foreign ?? true) keys.set(key.id, key)
  }
  if (keys.size === 0) throw new Error('the key set has no RSA signing key')
  return { keys, skipped }
}

const algorithms = ['RS256']

function importKey(jwk: unknown, owner: KeyOwner): SigningKey | undefined {
  if (!isObject(jwk)) return undefined
  const { kty, kid, n, e, use = 'sig', alg = 'RS256' } = jwk
  if (kty !== 'RSA' || use !== 'sig' || alg !== 'RS256') return undefined
  if (typeof kid !== 'string' || kid === '' || typeof n !== 'string' || typeof e !== 'string') return undefined
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' })
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < minModulusBits) return undefined
    return { id: kid, algorithms, material: `${n}.${e}`, foreign: !speaksFor(jwk.issuer, owner), key, retired: false }
  } catch {
    return undefined
  }
}

/** The key issuer rule of Entra: a template speaks for every tenant, a concrete issuer for its own only. */
function speaksFor(issuer: unknown, owner: KeyOwner): boolean {
  if (issuer === undefined) return owner.tenantSpecific
  if (typeof issuer !== 'string') return false
  const filled = fillTenant(issuer, owner.tenant)
  return tenantOf(filled) === owner.tenant && new URL(filled).host === owner.issuerHost
}
