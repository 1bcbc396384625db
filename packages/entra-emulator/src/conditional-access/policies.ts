import type { Application, ConditionalAccessPolicy, Person } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import { EntraError } from '../entra-error.ts'
import type { RequestedClaims } from '../tokens/requested-claims.ts'

/** Access that Conditional Access has to judge. */
export interface Access {
  readonly tenant: Tenant
  readonly person: Person
  readonly resource: Application
  readonly requestedClaims: RequestedClaims
}

const isAbout = (policy: ConditionalAccessPolicy, { person, resource, requestedClaims }: Access): boolean => {
  const { includeUsers, includeApplications, includeAuthenticationContexts: contexts } = policy
  if (includeUsers.length > 0 && !includeUsers.includes(person.oid)) return false
  if (includeApplications.includes(resource.clientId)) return true
  return requestedClaims.policies.includes(policy.id) || requestedClaims.acrs.some(value => contexts.includes(value))
}

/**
 * The policies that demand multifactor authentication for an access.
 *
 * @throws EntraError 53003 if one forbids it.
 */
export const findDemands = (access: Access): readonly ConditionalAccessPolicy[] => {
  const policies = access.tenant.conditionalAccessPolicies.filter(policy => isAbout(policy, access))
  if (policies.some(({ builtInControl }) => builtInControl === 'block')) throw new EntraError(53003)
  return policies
}
