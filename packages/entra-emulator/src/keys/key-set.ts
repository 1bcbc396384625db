import { type Endpoints, multiTenantNames, tenantTemplate } from '../endpoints.ts'
import { personalAccountKey, personalAccountTenant, type PublicKey } from './idle-keys.ts'

/** A JSON Web Key Set as Entra writes it: no `alg`, `x5t` equal to `kid`, and an `issuer` per key. */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, string>>[]
}

const webKey = ({ kid, n, e }: PublicKey): Record<string, string> => ({ kty: 'RSA', use: 'sig', kid, x5t: kid, n, e })

/**
 * The key set at `/{tenant}/discovery/keys` and at `/{tenant}/discovery/v2.0/keys`: each key names the version 2 issuer
 * in both, though version 1 tokens name another.
 */
export const createKeySet = (published: readonly PublicKey[], { v2Issuer }: Endpoints, tenant: string): KeySet => {
  const shared = multiTenantNames.includes(tenant)
  const issuer = v2Issuer(shared ? tenantTemplate : tenant)
  const keys = published.map(key => ({ ...webKey(key), issuer }))
  const personal = { ...webKey(personalAccountKey), issuer: v2Issuer(personalAccountTenant) }
  return { keys: shared ? [...keys, personal] : keys }
}
