import type { Application, Group, Person } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { JsonObject } from './jws.ts'
import { derivedGuid } from './subject.ts'

/** How many groups a JWT lists at most; with more it says that there are groups and lists none (overage). */
const groupLimit = 200

/** Which groups are asked for. */
export interface GroupFilter {
  /** Leaves distribution lists out. */
  readonly securityEnabledOnly: boolean
  /** Leaves out groups that are not assigned to this application. */
  readonly assignedTo?: Application
}

/** Who is in groups: a person, or the service principal of an application. */
export interface Member {
  readonly oid: string
  readonly groups: readonly string[]
  readonly generatedGroups: number
  readonly directoryRoles: readonly string[]
}

/** The object IDs of the groups of a person or service principal, the made-up ones included. */
export const groupsOf = (
  tenant: Tenant,
  member: Member,
  { securityEnabledOnly, assignedTo }: GroupFilter
): string[] => {
  const generated = Array.from({ length: member.generatedGroups }, (_, i) => derivedGuid(`group ${member.oid} ${i}`))
  const isWanted = (group: Group | undefined): boolean => {
    if (assignedTo) return group?.appRoles[assignedTo.clientId] !== undefined
    return !securityEnabledOnly || (group?.securityEnabled ?? true)
  }
  return [...member.groups, ...generated].filter(id => isWanted(tenant.groups.find(({ oid }) => oid === id)))
}

const filters: Readonly<Record<Application['groupMembershipClaims'], ((resource: Application) => GroupFilter) | null>> =
  {
    None: null,
    DirectoryRole: null,
    SecurityGroup: () => ({ securityEnabledOnly: true }),
    ApplicationGroup: resource => ({ securityEnabledOnly: false, assignedTo: resource }),
    All: () => ({ securityEnabledOnly: false })
  }

const roleClaims = ({ directoryRoles }: Person, { groupMembershipClaims }: Application): JsonObject => {
  const wanted = groupMembershipClaims === 'DirectoryRole' || groupMembershipClaims === 'All'
  return wanted && directoryRoles.length > 0 ? { wids: directoryRoles } : {}
}

/** The `groups` claim, or `_claim_names` and `_claim_sources` with the address that must not be followed; and `wids`. */
export const groupClaims = (tenant: Tenant, person: Person, resource: Application): JsonObject => {
  const roles = roleClaims(person, resource)
  const filter = filters[resource.groupMembershipClaims]?.(resource)
  const groups = filter ? groupsOf(tenant, person, filter) : []
  if (groups.length === 0) return roles
  if (groups.length <= groupLimit) return { groups, ...roles }
  const endpoint = `https://graph.windows.net/${tenant.tenantId}/users/${person.oid}/getMemberObjects`
  return { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } }, ...roles }
}
