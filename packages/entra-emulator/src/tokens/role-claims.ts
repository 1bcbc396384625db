import type { Application, Person } from '../directory/directory.ts'

/** The roles of a person at an API, or undefined if not assigned to it at all. */
export const rolesOfPerson = (person: Person, resource: Application): readonly string[] | undefined =>
  person.appRoles[resource.clientId]

/** The application permissions of a client at an API, or undefined if not assigned to it at all. */
export const rolesOfClient = (client: Application, resource: Application): readonly string[] | undefined => {
  const assignments = client.appRoleAssignments.filter(assignment => assignment.resource === resource.clientId)
  if (assignments.length === 0) return undefined
  return assignments.map(({ role }) => role).filter(role => role !== undefined)
}
