import type { Tenant } from '../directory/tenant.ts'
import { groupsOf, type Member } from '../tokens/group-claims.ts'
import { derivedGuid, servicePrincipalId } from '../tokens/subject.ts'
import type { GraphCaller } from './graph-caller.ts'
import { GraphError } from './graph-error.ts'

/** Whose memberships are asked for, by the path: `/me`, `/users/{id}`, `/servicePrincipals/{id}` or `/directoryObjects/{id}`. */
export interface MembershipTarget {
  readonly collection: 'me' | 'users' | 'servicePrincipals' | 'directoryObjects'
  /** Object ID, for users also the user principal name; empty for `/me`. */
  readonly id: string
}

// Each list is enough as a whole. "User.ReadBasic.All and GroupMember.Read.All" is the least for another user.
const sufficient: Readonly<Record<MembershipTarget['collection'], readonly (readonly string[])[]>> = {
  me: [['User.Read'], ['User.Read.All'], ['Directory.Read.All']],
  users: [['User.ReadBasic.All', 'GroupMember.Read.All'], ['User.Read.All'], ['Directory.Read.All']],
  servicePrincipals: [['Application.Read.All'], ['Directory.Read.All']],
  directoryObjects: [['Directory.Read.All']]
}

const checkPermissions = ({ permissions, personId }: GraphCaller, { collection }: MembershipTarget): void => {
  if (collection === 'me' && personId === undefined) {
    throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.')
  }
  if (sufficient[collection].some(list => list.every(name => permissions.has(name)))) return
  throw new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
}

const findServicePrincipal = (tenant: Tenant, id: string): Member | undefined => {
  const oid = id.toLowerCase()
  const application = tenant.applications.find(
    one => one.servicePrincipal && servicePrincipalId(tenant.tenantId, one) === oid
  )
  return application && { oid, groups: application.groups, generatedGroups: 0, directoryRoles: [] }
}

const findTarget = ({ tenant, personId }: GraphCaller, { collection, id }: MembershipTarget): Member => {
  const name = collection === 'me' ? (personId ?? '') : id
  const person = collection === 'servicePrincipals' ? undefined : tenant.findPerson(name)
  if (person && (collection === 'users' || person.oid === name.toLowerCase())) return person
  const servicePrincipal = collection === 'users' ? undefined : findServicePrincipal(tenant, name)
  if (servicePrincipal) return servicePrincipal
  const message = `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`
  throw new GraphError(404, 'Request_ResourceNotFound', message)
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    throw new GraphError(400, 'BadRequest', 'Unable to read JSON request payload.')
  }
}

const readSecurityEnabledOnly = (body: string): boolean => {
  const value = parse(body)
  const isObject = typeof value === 'object' && value !== null
  if (isObject && 'securityEnabledOnly' in value && typeof value.securityEnabledOnly === 'boolean') {
    return value.securityEnabledOnly
  }
  throw new GraphError(400, 'Request_BadRequest', "The parameter 'securityEnabledOnly' must be true or false.")
}

/**
 * Lists the groups of a person or service principal, and unless only security groups are asked for their directory roles.
 *
 * @throws GraphError 400, 403 or 404.
 */
export const getMemberObjects = (caller: GraphCaller, target: MembershipTarget, body: string): readonly string[] => {
  const { tenant } = caller
  checkPermissions(caller, target)
  const member = findTarget(caller, target)
  const securityEnabledOnly = readSecurityEnabledOnly(body)
  if (securityEnabledOnly && !tenant.findPerson(member.oid)) {
    throw new GraphError(400, 'Request_BadRequest', 'To get security groups, the member must be a user.')
  }
  const groups = groupsOf(tenant, member, { securityEnabledOnly })
  const roles = member.directoryRoles.map(template => derivedGuid(`directory role ${tenant.tenantId} ${template}`))
  return securityEnabledOnly ? groups : [...groups, ...roles]
}
