import type { AuthorizationServer } from './entra/authorization-server.ts'
import type { FacadeRefusal } from './entra/try-sign-in.ts'
import type { Registration, ServicePrincipal } from './entra/registration.ts'
import type { Reading } from './reading.ts'

/** Members of a protected resource metadata document (RFC 9728 section 2) that sign-in depends on. */
export interface ResourceMetadata {
  readonly resource: string
  readonly authorization_servers: readonly string[]
  readonly scopes_supported?: readonly string[]
}

/** One route as far as signing in goes: what its configuration says, and what was read about it. */
export interface Setup {
  /** Name of the route. */
  readonly route: string
  /** URL of the MCP server, as people type it into a client. */
  readonly mcpUrl: string
  /** What the gateway publishes with this configuration. */
  readonly metadata: ResourceMetadata
  /** What clients read at the public URL today. */
  readonly published: Reading<ResourceMetadata>
  /** What a client asks for that follows the specification: the scopes of the challenge, else all that are supported. */
  readonly requestedScopes: readonly string[]
  /** Public URLs of the other routes of this origin that publish metadata. */
  readonly neighbours: readonly string[]
  /** `audiences` of jwt-entra. */
  readonly audiences: readonly string[]
  /** The first of `authorization_servers`, as clients take it. */
  readonly server: AuthorizationServer
  /** Origin of Microsoft Graph in this cloud. */
  readonly graph: string
  /** The app registration of the API. */
  readonly registration: Reading<Registration>
  /** Its service principal; `null` where the tenant has none. */
  readonly servicePrincipal: Reading<ServicePrincipal | null>
  /** The AADSTS code that Entra gave to a client's authorization request; `undefined` where it found nothing wrong. */
  readonly tried: Reading<number | undefined>
  /** Where the gateway stands in front of Entra. */
  readonly facade?: FacadeTrials
}

/** What came of the two authorization requests of a sign-in through the facade. */
export interface FacadeTrials {
  /** The AADSTS code that Entra gave to the gateway's own; `undefined` where it found nothing wrong. */
  readonly gateway: Reading<number | undefined>
  /** How the gateway refuses the client's; `undefined` where it would go on to ask the person. */
  readonly client: Reading<FacadeRefusal | undefined>
}
