import { type Endpoints, multiTenantNames, tenantTemplate } from '../endpoints.ts'
import { personalAccountKey, personalAccountTenant, type PublicKey } from './idle-keys.ts'

/** A JSON Web Key Set as Entra writes it: no `alg`, `x5t` equal to `kid`, and an `issuer` per key in version 2. */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, string>>[]
}

const webKey = ({ kid, n, e }: PublicKey): Record<string, string> => ({ kty: 'RSA', use: 'sig', kid, x5t: kid, n, e })

/** The key set at `/{tenant}/discovery/keys`. */
export const createV1KeySet = (published: readonly PublicKey[]): KeySet => ({ keys: published.map(webKey) })

/** The key set at `/{tenant}/discovery/v2.0/keys`. */
export const createV2KeySet = (published: readonly PublicKey[], { v2Issuer }: Endpoints, tenant: string): KeySet => {
  const shared = multiTenantNames.includes(tenant)
  const issuer = v2Issuer(shared ? tenantTemplate : tenant)
  const keys = published.map(key => ({ ...webKey(key), issuer }))
  const personal = { ...webKey(personalAccountKey), issuer: v2Issuer(personalAccountTenant) }
  return { keys: shared ? [...keys, personal] : keys }
}
