import { StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { browse } from './browser.ts'
import type { CallbackListener } from './callback-listener.ts'
import { newClient } from './new-client.ts'
import { PublicClientProvider } from './oauth-provider.ts'
import type { ObservedFetch } from './observed-fetch.ts'
import { type Reporter, StepError } from './step.ts'
import { stepFailure } from './step-failure.ts'

/** The authorization code grant with PKCE, by the SDK's client, told step by step. */
export class SignIn {
  readonly provider: PublicClientProvider
  readonly #callback: CallbackListener
  readonly #observed: ObservedFetch
  readonly #report: Reporter
  #authorizationUrl: URL | undefined

  constructor(clientId: string, callback: CallbackListener, observed: ObservedFetch, report: Reporter) {
    this.#callback = callback
    this.#observed = observed
    this.#report = report
    this.provider = new PublicClientProvider(clientId, callback.redirectUri, url => this.#redirect(url))
  }

  /** Asks without a token, discovers who gives one, and lets the browser bring the authorization response. */
  async authorize(url: URL, signal: AbortSignal): Promise<void> {
    const client = newClient()
    try {
      await client.connect(this.transport(url), { signal })
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw stepFailure(this.#observed.step(), this.#observed, error)
    } finally {
      await client.close()
    }
    if (this.#authorizationUrl === undefined) throw new StepError('401', 'the server asked for no token')
    await browse(this.#authorizationUrl, this.#callback.redirectUri, signal).catch((error: unknown) => {
      throw stepFailure('authorize', this.#observed, error)
    })
  }

  /** Redeems the code of the authorization response, and returns the access token. */
  async redeem(url: URL): Promise<string> {
    const response = await this.#callback.response
    if (response.get('state') !== this.provider.state()) {
      throw new StepError('authorize', 'the authorization response came with another state than the request had')
    }
    if (response.has('error')) {
      throw new StepError('authorize', `${response.get('error')}: ${response.get('error_description')}`)
    }
    this.#report({ step: 'authorize', detail: { response: `code at ${this.#callback.redirectUri}`, state: 'matches' } })
    try {
      await this.transport(url).finishAuth(response)
    } catch (error) {
      throw stepFailure('token', this.#observed, error)
    }
    const tokens = this.provider.tokens()
    if (tokens === undefined) throw new StepError('token', 'the response had no access token')
    return tokens.access_token
  }

  transport(url: URL): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(url, { authProvider: this.provider, fetch: this.#observed.fetch })
  }

  #redirect(url: URL): void {
    if (this.#authorizationUrl !== undefined) throw tokenRefused(this.#observed)
    // Without these documents the SDK goes on with the defaults of MCP 2025-03-26, which no Entra tenant answers.
    if (!this.#observed.found('PRM')) throw stepFailure('PRM', this.#observed, 'no document was found')
    if (!this.#observed.found('discovery')) throw stepFailure('discovery', this.#observed, 'no metadata was found')
    this.#authorizationUrl = url
    const of = (name: string): string => url.searchParams.get(name) ?? '(absent)'
    this.#report({
      step: 'authorize',
      detail: {
        request: `GET ${url.origin}${url.pathname}`,
        client_id: of('client_id'),
        redirect_uri: of('redirect_uri'),
        scope: of('scope'),
        resource: of('resource'),
        code_challenge_method: of('code_challenge_method')
      }
    })
  }
}

/** The SDK asks for authorization anew when the token does not do; a second sign-in would bring the same token. */
const tokenRefused = (observed: ObservedFetch): Error =>
  new Error(`the new token was refused with WWW-Authenticate: ${observed.challenge()}`)
