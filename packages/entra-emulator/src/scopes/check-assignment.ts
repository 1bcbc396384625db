import type { Application, Person } from '../directory/directory.ts'
import { EntraError } from '../entra-error.ts'
import { rolesOfPerson } from '../tokens/role-claims.ts'

/** @throws EntraError 50105 if an application wants people assigned to it and a person is not. */
export const checkAssignment = (person: Person, application: Application): void => {
  if (!application.appRoleAssignmentRequired || rolesOfPerson(person, application)) return
  throw new EntraError(50105, application.displayName, application.clientId, person.upn)
}
