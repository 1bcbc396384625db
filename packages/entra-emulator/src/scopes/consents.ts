import type { Application, Person } from '../directory/directory.ts'
import { microsoftGraphId } from '../directory/microsoft-graph.ts'

/** Remembers who consented to what, and knows what needs no consent. */
export class Consents {
  readonly #given = new Map<string, Set<string>>()

  /** The permissions that the client may have without asking: pre-authorised, granted by an administrator, or consented. */
  granted(person: Person, client: Application, resource: Application): ReadonlySet<string> {
    const preAuthorized = resource.preAuthorizedApplications.filter(({ appId }) => appId === client.clientId)
    const byAdministrator = client.oauth2PermissionGrants.filter(grant => grant.resource === resource.clientId)
    // Signing in needs no consent here, as in a tenant whose administrator allowed it for all.
    const signIn = resource.clientId === microsoftGraphId ? ['User.Read'] : []
    const given = this.#given.get(this.#key(person, client, resource)) ?? []
    return new Set([...preAuthorized, ...byAdministrator].flatMap(({ scopes }) => scopes).concat(signIn, ...given))
  }

  /** The permissions of a list that still need consent. */
  missing(person: Person, client: Application, resource: Application, permissions: readonly string[]): string[] {
    const granted = this.granted(person, client, resource)
    return permissions.filter(permission => !granted.has(permission))
  }

  /** Records that a person accepted. */
  give(person: Person, client: Application, resource: Application, permissions: readonly string[]): void {
    const key = this.#key(person, client, resource)
    this.#given.set(key, new Set([...(this.#given.get(key) ?? []), ...permissions]))
  }

  #key(person: Person, client: Application, resource: Application): string {
    return `${person.oid} ${client.clientId} ${resource.clientId}`
  }
}
