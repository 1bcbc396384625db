import type { Application, ConditionalAccessPolicy, Group, Person, TenantEntry } from './directory.ts'
import { tokenExchange } from './first-party.ts'
import { microsoftGraph } from './microsoft-graph.ts'

/** Adds the roles that a person has through groups to their own. */
const withGroupRoles = (person: Person, groups: readonly Group[]): Person => {
  const appRoles: Record<string, readonly string[]> = { ...person.appRoles }
  for (const group of groups.filter(({ oid }) => person.groups.includes(oid))) {
    for (const [clientId, roles] of Object.entries(group.appRoles)) {
      appRoles[clientId] = [...new Set([...(appRoles[clientId] ?? []), ...roles])]
    }
  }
  return { ...person, appRoles }
}

/** A tenant as the endpoints look things up in it. */
export class Tenant {
  readonly tenantId: string
  readonly displayName: string
  readonly applications: readonly Application[]
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
  readonly conditionalAccessPolicies: readonly ConditionalAccessPolicy[]
  readonly resourceParameter: TenantEntry['resourceParameter']

  constructor(entry: TenantEntry) {
    this.tenantId = entry.tenantId
    this.displayName = entry.displayName
    this.applications = entry.applications
    this.people = entry.people.map(person => withGroupRoles(person, entry.groups))
    this.groups = entry.groups
    this.conditionalAccessPolicies = entry.conditionalAccessPolicies
    this.resourceParameter = entry.resourceParameter
  }

  /** Finds the app registration of a client; a client ID is a GUID, so its case does not matter. */
  findClient(clientId: string): Application | undefined {
    const id = clientId.toLowerCase()
    return this.applications.find(application => application.clientId === id)
  }

  /** Finds an API by its client ID, or by an identifier URI byte for byte. */
  findResource(name: string): Application | undefined {
    const known = this.applications.filter(({ servicePrincipal }) => servicePrincipal)
    const candidates = [microsoftGraph, tokenExchange, ...known]
    const id = name.toLowerCase()
    return candidates.find(({ clientId, identifierUris }) => clientId === id || identifierUris.includes(name))
  }

  /** Finds a person by user principal name (case does not matter) or object ID. */
  findPerson(name: string): Person | undefined {
    const wanted = name.toLowerCase()
    return this.people.find(({ upn, oid }) => upn.toLowerCase() === wanted || oid === wanted)
  }

  /** Those who can sign in: an agent's user account cannot. */
  get signingIn(): readonly Person[] {
    return this.people.filter(({ identityParentId }) => identityParentId === undefined)
  }

  /** Finds someone who can sign in; a guest also by the name that they have at home. */
  findSigningIn(name: string): Person | undefined {
    const found =
      this.findPerson(name) ??
      this.people.find(({ guest, mail }) => guest && mail?.toLowerCase() === name.toLowerCase())
    return this.signingIn.find(person => person === found)
  }
}
