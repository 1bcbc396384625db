import type { Application, Person } from '../directory/directory.ts'
import type { JsonObject } from './jws.ts'
import { derivedGuid } from './subject.ts'

/** How many groups a JWT lists at most; with more it says that there are groups and lists none (overage). */
const groupLimit = 200

/** The `groups` claim, or `_claim_names` and `_claim_sources` with the address that must not be followed. */
export const groupClaims = (tenantId: string, person: Person, resource: Application): JsonObject => {
  if (resource.groupMembershipClaims === 'None') return {}
  const generated = Array.from({ length: person.generatedGroups }, (_, i) => derivedGuid(`group ${person.oid} ${i}`))
  const groups = [...person.groups, ...generated]
  if (groups.length === 0) return {}
  if (groups.length <= groupLimit) return { groups }
  const endpoint = `https://graph.windows.net/${tenantId}/users/${person.oid}/getMemberObjects`
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } }
}
