import type { Exchange, Logger, PluginContext, Reply } from '@sluice/plugin-api'
import type { Clients } from './clients/clients.ts'
import { refusals } from './codes.ts'
import type { EntraMetadata } from './entra/metadata.ts'
import type { EntraTokenEndpoint } from './entra/token-endpoint.ts'
import { OAuthFault } from './oauth-fault.ts'
import { withParameters } from './redirect-uri.ts'
import type { PendingRequest, Seals } from './seals.ts'
import type { Settings } from './settings.ts'

/** Where an answer of the authorization endpoint goes. */
type Back = Pick<PendingRequest, 'redirect' | 'state'>

/** What the parts of a server are. */
export interface ServerParts {
  readonly settings: Settings
  readonly seals: Seals
  readonly clients: Clients
  readonly metadata: EntraMetadata
  readonly entra: EntraTokenEndpoint
}

/** An authorization server as its endpoints see it. */
export class Server implements ServerParts {
  readonly settings: Settings
  readonly seals: Seals
  readonly clients: Clients
  readonly metadata: EntraMetadata
  readonly entra: EntraTokenEndpoint
  readonly log: Logger
  readonly #entry: string

  constructor(parts: ServerParts, { log, entry }: PluginContext) {
    this.settings = parts.settings
    this.seals = parts.seals
    this.clients = parts.clients
    this.metadata = parts.metadata
    this.entra = parts.entra
    this.log = log
    this.#entry = entry
  }

  /** Does something whose faults go to the client (RFC 6749 section 4.1.2.1): its redirect URI is known to be its own. */
  async redirectingFaults(x: Exchange, back: Back, answer: () => Promise<Reply>): Promise<Reply> {
    try {
      return await answer()
    } catch (error) {
      if (!(error instanceof OAuthFault)) throw error
      const location = this.refused(x, back, error)
      return {
        status: 302,
        headers: [
          ['location', location],
          ['cache-control', 'no-store']
        ]
      }
    }
  }

  /** Notes a refusal, and gives the address by which the client learns of it, `iss` included (RFC 9207 section 2). */
  refused(x: Exchange, { redirect, state }: Back, { code, error, message }: OAuthFault): string {
    const outcome = refusals[code].status >= 500 ? 'error' : 'deny'
    x.decide({ filter: this.#entry, outcome, code, reason: message })
    return withParameters(redirect, { error, error_description: message, state, iss: this.settings.issuer.url })
  }
}
