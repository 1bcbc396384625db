import { type Application, hasAdditionalProperty, optionalClaim, type Person } from '../directory/directory.ts'
import { derivedGuid } from './subject.ts'

/** The identity provider of a guest: the tenant that they come from. Members have none, since it would be the issuer. */
export const identityProvider = (tenantId: string, { guest, oid }: Person): string | undefined =>
  guest ? `https://sts.windows.net/${derivedGuid(`home tenant of ${oid} beside ${tenantId}`)}/` : undefined

/** The name that a person signs in with: a guest that of their home tenant. */
export const signInName = ({ guest, mail, upn }: Person): string => (guest ? (mail ?? upn) : upn)

/** The `upn` as an optional claim: of a guest only where the API says how it wants it. */
export const optionalUpn = (person: Person, resource: Application): string | undefined => {
  if (!optionalClaim(resource, 'upn')) return undefined
  if (!person.guest) return person.upn
  if (hasAdditionalProperty(resource, 'upn', 'include_externally_authenticated_upn')) return person.upn
  const withoutHash = hasAdditionalProperty(resource, 'upn', 'include_externally_authenticated_upn_without_hash')
  return withoutHash ? person.upn.replaceAll('#', '_') : undefined
}
