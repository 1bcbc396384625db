import type { Exchange, PluginContext, Reply } from '@sluice/plugin-api'
import type { Clients } from './clients/clients.ts'
import type { RegisteredClients } from './clients/registered-clients.ts'
import { refusals } from './codes.ts'
import type { EntraMetadata } from './entra/metadata.ts'
import type { ExpectedIdToken } from './entra/person.ts'
import type { EntraTokenEndpoint } from './entra/token-endpoint.ts'
import { OAuthFault } from './oauth-fault.ts'
import { redirect } from './redirect.ts'
import type { Runtime } from './runtime.ts'
import { withParameters } from './redirect-uri.ts'
import type { PendingRequest, Seals } from './seals.ts'
import type { Settings } from './settings.ts'
import { SparingLog } from './sparing-log.ts'

/** Where an answer of the authorization endpoint goes. */
type Back = Pick<PendingRequest, 'redirect' | 'state'>

/** What the parts of a server are. */
export interface ServerParts {
  readonly settings: Settings
  readonly seals: Seals
  readonly clients: Clients
  /** Where clients register; `undefined` if they may not. */
  readonly registered: RegisteredClients | undefined
  readonly metadata: EntraMetadata
  readonly entra: EntraTokenEndpoint
  readonly runtime: Runtime
}

/** An authorization server as its endpoints see it. */
export class Server implements ServerParts {
  readonly settings: Settings
  readonly seals: Seals
  readonly clients: Clients
  readonly registered: RegisteredClients | undefined
  readonly metadata: EntraMetadata
  readonly entra: EntraTokenEndpoint
  readonly runtime: Runtime
  readonly sparingLog: SparingLog
  readonly #entry: string

  constructor(parts: ServerParts, { log, entry }: PluginContext) {
    this.settings = parts.settings
    this.seals = parts.seals
    this.clients = parts.clients
    this.registered = parts.registered
    this.metadata = parts.metadata
    this.entra = parts.entra
    this.runtime = parts.runtime
    this.sparingLog = new SparingLog(log, parts.runtime.now)
    this.#entry = entry
  }

  /** What every ID token of Entra must say that is for the gateway. */
  expectedIdToken(): ExpectedIdToken {
    const { clientId, tenant } = this.settings
    return { issuer: this.metadata.endpoints?.issuer, clientId, tenant: tenant.tenant, now: this.runtime.now() }
  }

  /** Does something whose faults go to the client (RFC 6749 section 4.1.2.1): its redirect URI is known to be its own. */
  async redirectingFaults(x: Exchange, back: Back, answer: () => Promise<Reply>): Promise<Reply> {
    try {
      return await answer()
    } catch (error) {
      if (!(error instanceof OAuthFault)) throw error
      return redirect(this.refused(x, back, error))
    }
  }

  /** Notes a refusal, and gives the address by which the client learns of it, `iss` included (RFC 9207 section 2). */
  refused(x: Exchange, { redirect: to, state }: Back, { code, error, message }: OAuthFault): string {
    const outcome = refusals[code].status >= 500 ? 'error' : 'deny'
    x.decide({ filter: this.#entry, outcome, code, reason: message })
    return withParameters(to, { error, error_description: message, state, iss: this.settings.issuer.url })
  }
}
