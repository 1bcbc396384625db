import { randomBytes } from 'node:crypto'
import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens
} from '@modelcontextprotocol/client'

/** A public client that is registered already, and what it keeps in memory for one sign-in. */
export class PublicClientProvider implements OAuthClientProvider {
  readonly redirectUrl: string
  readonly clientMetadata: OAuthClientMetadata
  readonly #clientId: string
  readonly #redirect: (authorizationUrl: URL) => void
  readonly #state = randomBytes(32).toString('base64url')
  #tokens: StoredOAuthTokens | undefined
  #codeVerifier = ''
  #discovery: OAuthDiscoveryState | undefined

  /** @param redirect Takes the authorization request's URL; the user agent opens it. */
  constructor(clientId: string, redirectUri: string, redirect: (authorizationUrl: URL) => void) {
    this.#clientId = clientId
    this.redirectUrl = redirectUri
    this.#redirect = redirect
    this.clientMetadata = {
      client_name: 'Sluice demonstration',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none'
    }
  }

  clientInformation(): StoredOAuthClientInformation {
    return { client_id: this.#clientId }
  }

  state(): string {
    return this.#state
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens
  }

  redirectToAuthorization(authorizationUrl: URL): void {
    this.#redirect(authorizationUrl)
  }

  saveCodeVerifier(codeVerifier: string): void {
    this.#codeVerifier = codeVerifier
  }

  codeVerifier(): string {
    return this.#codeVerifier
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovery = state
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery
  }
}
