import { matchesRedirect } from '../redirect-uri.ts'
import { OAuthFault } from '../oauth-fault.ts'
import type { Client } from './client.ts'

/** Who may be a client. */
export class Clients {
  readonly #configured: ReadonlyMap<string, Client>

  constructor(configured: ReadonlyMap<string, Client>) {
    this.#configured = configured
  }

  /** The client of an authorization request. @throws OAuthFault if there is none */
  async find(id: string): Promise<Client> {
    const client = this.#configured.get(id)
    if (client === undefined) throw new OAuthFault('SLUICE_OAUTH_CLIENT')
    return client
  }

  /** Whether what was given to a client is still good: it is asked for no document. @throws OAuthFault if it is not */
  demand(id: string): void {
    if (!this.#configured.has(id)) throw new OAuthFault('SLUICE_OAUTH_CLIENT')
  }
}

/** The redirect URI of a request. @throws OAuthFault if it is none of the client's; nothing may be redirected then */
export const demandRedirect = ({ redirects }: Client, requested: string): string => {
  if (!redirects.some(registered => matchesRedirect(registered, requested)))
    throw new OAuthFault('SLUICE_OAUTH_REDIRECT_URI')
  return requested
}
