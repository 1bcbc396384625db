import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { isObject } from '../claims.ts'
import { maxKeys, minModulusBits, type ImportedKeys, type SigningKey } from '../signing-key.ts'
import { algorithmsOf } from './signature-algorithms.ts'

/**
 * Takes the public signing keys of a JWK set (RFC 7517 section 5), the first of a `kid`. An entry that is of no use does
 * not spoil the others: one without `kid`, for another use, or that gives its private half away.
 *
 * @throws Error if none is left.
 */
export function importKeys(document: unknown): ImportedKeys {
  if (!isObject(document) || !Array.isArray(document.keys)) throw new Error('this is no JWK set: it has no list keys')
  const entries: readonly unknown[] = document.keys
  const keys = new Map<string, SigningKey>()
  for (const entry of entries.slice(0, maxKeys)) {
    const key = importKey(entry)
    if (key !== undefined && !keys.has(key.id)) keys.set(key.id, key)
  }
  if (keys.size > 0) return { keys, skipped: entries.length - keys.size }
  throw new Error('the JWK set has no public key with a kid for signatures of RS, PS, ES or EdDSA')
}

function importKey(jwk: unknown): SigningKey | undefined {
  if (!isObject(jwk)) return undefined
  const { kty, crv, kid } = jwk
  const algorithms = algorithmsOf(kty, crv).filter(name => jwk.alg === undefined || jwk.alg === name)
  if (typeof kid !== 'string' || kid === '' || algorithms.length === 0 || !isForSignatures(jwk)) return undefined
  const { n, e, x, y } = jwk
  const material = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, ...(kty === 'EC' && { y }) }
  try {
    // Node looks at the types of all members itself.
    const key = createPublicKey({ key: material as JsonWebKey, format: 'jwk' })
    if (kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < minModulusBits) return undefined
    const same = JSON.stringify([material, algorithms])
    return { id: kid, algorithms, material: same, foreign: false, key, retired: false }
  } catch {
    return undefined
  }
}

/** RFC 7517 sections 4.2 and 4.3. What everybody can sign with is no proof. */
const isForSignatures = ({ use = 'sig', key_ops: operations = ['verify'], d }: Readonly<Record<string, unknown>>) =>
  use === 'sig' && Array.isArray(operations) && operations.includes('verify') && d === undefined
