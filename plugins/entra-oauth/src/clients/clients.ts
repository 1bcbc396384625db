import { OAuthFault } from '../oauth-fault.ts'
import { matchesRedirect } from '../redirect-uri.ts'
import type { Client } from './client.ts'
import { type ClientDocuments, isDocumentAddress } from './client-documents.ts'
import type { RegisteredClients } from './registered-clients.ts'

/** Who may be a client: those that the operator names, and where registration says so those that introduce themselves. */
export class Clients {
  readonly #configured: ReadonlyMap<string, Client>
  readonly #registered: RegisteredClients | undefined
  readonly #documents: ClientDocuments | undefined

  constructor(
    configured: ReadonlyMap<string, Client>,
    registered: RegisteredClients | undefined,
    documents: ClientDocuments | undefined
  ) {
    this.#configured = configured
    this.#registered = registered
    this.#documents = documents
  }

  /** The client of an authorization request. @throws OAuthFault if there is none */
  async find(id: string): Promise<Client> {
    const client = this.#known(id)
    if (client !== undefined) return client
    if (this.#documents !== undefined && isDocumentAddress(id)) return this.#documents.find(id)
    throw new OAuthFault('SLUICE_OAUTH_CLIENT')
  }

  /**
   * Whether what a client was given, or is about to be, is still good: the operator has taken away neither the client nor
   * the redirect URI. No document is asked for.
   *
   * @throws OAuthFault if it is not
   */
  demand(id: string, redirect: string): void {
    if (this.#documents !== undefined && isDocumentAddress(id)) return this.#documents.demand(redirect)
    demandRedirect(this.#demandKnown(id), redirect)
  }

  /** Whether there can be such a client. @throws OAuthFault if there cannot */
  demandClient(id: string): void {
    if (this.#documents === undefined || !isDocumentAddress(id)) this.#demandKnown(id)
  }

  #demandKnown(id: string): Client {
    const client = this.#known(id)
    if (client === undefined) throw new OAuthFault('SLUICE_OAUTH_CLIENT')
    return client
  }

  #known(id: string): Client | undefined {
    return this.#configured.get(id) ?? this.#registered?.find(id)
  }
}

/** The redirect URI of a request. @throws OAuthFault if it is none of the client's; nothing may be redirected then */
export const demandRedirect = ({ redirects }: Client, requested: string): string => {
  if (!redirects.some(registered => matchesRedirect(registered, requested)))
    throw new OAuthFault('SLUICE_OAUTH_REDIRECT_URI')
  return requested
}
