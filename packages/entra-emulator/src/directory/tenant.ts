import type { Application, Person, TenantEntry } from './directory.ts'
import { microsoftGraph } from './microsoft-graph.ts'

/** A tenant as the endpoints look things up in it. */
export class Tenant {
  readonly tenantId: string
  readonly displayName: string
  readonly applications: readonly Application[]
  readonly people: readonly Person[]

  constructor({ tenantId, displayName, applications, people }: TenantEntry) {
    this.tenantId = tenantId
    this.displayName = displayName
    this.applications = applications
    this.people = people
  }

  /** Finds the app registration of a client; a client ID is a GUID, so its case does not matter. */
  findClient(clientId: string): Application | undefined {
    const id = clientId.toLowerCase()
    return this.applications.find(application => application.clientId === id)
  }

  /** Finds an API by its client ID, or by an identifier URI byte for byte. */
  findResource(name: string): Application | undefined {
    const candidates = [microsoftGraph, ...this.applications]
    const id = name.toLowerCase()
    return candidates.find(({ clientId, identifierUris }) => clientId === id || identifierUris.includes(name))
  }

  /** Finds a person by user principal name (case does not matter) or object ID. */
  findPerson(name: string): Person | undefined {
    const wanted = name.toLowerCase()
    return this.people.find(({ upn, oid }) => upn.toLowerCase() === wanted || oid === wanted)
  }
}
