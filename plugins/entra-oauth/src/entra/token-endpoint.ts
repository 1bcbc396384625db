import type { Credential } from '@sluice/entra-credential'
import type { Logger } from '@sluice/plugin-api'
import { LRUCache } from 'lru-cache'
import type { InFlight } from '../in-flight.ts'
import { OAuthFault } from '../oauth-fault.ts'
import type { Runtime } from '../runtime.ts'
import { fetchJson, type JsonAnswer } from './fetch-json.ts'
import type { EntraMetadata } from './metadata.ts'
import { faultOf, readEntraError, textOf } from './refusal.ts'

const MAX_OVER = 10_000

/** What is taken of an answer of Entra's token endpoint. */
export interface EntraTokens {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
  /** Seconds. */
  readonly expiresIn: number
  readonly scope: string | undefined
}

/** Entra's token endpoint, asked as the gateway's own application. */
export class EntraTokenEndpoint {
  readonly #clientId: string
  readonly #credential: Credential
  readonly #metadata: EntraMetadata
  readonly #inFlight: InFlight
  readonly #runtime: Runtime
  readonly #log: Logger
  /** Verifiers of sign-ins that are over. Only what one process has seen: it limits, and decides nothing. */
  readonly #over = new LRUCache<string, true>({ max: MAX_OVER })

  constructor(
    clientId: string,
    credential: Credential,
    metadata: EntraMetadata,
    surroundings: { inFlight: InFlight; runtime: Runtime; log: Logger }
  ) {
    this.#clientId = clientId
    this.#credential = credential
    this.#metadata = metadata
    this.#inFlight = surroundings.inFlight
    this.#runtime = surroundings.runtime
    this.#log = surroundings.log
  }

  /**
   * Redeems a code. A sign-in of which Entra has refused a code is over: a browser could bring others for ever, and have
   * each of them tried with the gateway's credential.
   *
   * @throws OAuthFault for what Entra refuses, and where it cannot be asked
   */
  async redeem(code: string, code_verifier: string, redirect_uri: string): Promise<EntraTokens> {
    if (this.#over.has(code_verifier)) throw new OAuthFault('SLUICE_OAUTH_GRANT')
    try {
      return await this.#request({ grant_type: 'authorization_code', code, code_verifier, redirect_uri })
    } catch (error) {
      if (error instanceof OAuthFault && error.code === 'SLUICE_OAUTH_ENTRA_REFUSED')
        this.#over.set(code_verifier, true)
      throw error
    }
  }

  /** @throws OAuthFault for what Entra refuses, and where it cannot be asked */
  refresh(refresh_token: string, scopes: readonly string[]): Promise<EntraTokens> {
    return this.#request({ grant_type: 'refresh_token', refresh_token, scope: scopes.join(' ') })
  }

  /** Private: the credential is lent to the two grants above. Any other one would give tokens to whoever asks. */
  async #request(grant: Readonly<Record<string, string>>): Promise<EntraTokens> {
    const { status, document, retryAfter } = await this.#inFlight.run(() => this.#post(grant))
    if (status === 200) return this.#readTokens(document)
    if (status === 429 || status >= 500) throw this.#away(`it answered ${status}`, retryAfter)
    const said = readEntraError(document['error'], document['error_description'])
    const fault = faultOf(said, 'token')
    if (fault.code === 'SLUICE_OAUTH_ENTRA_SETUP')
      this.#log.error({ code: fault.code, aadsts: said.aadsts }, `Entra refuses the gateway: ${textOf(said)}`)
    throw fault
  }

  async #post(grant: Readonly<Record<string, string>>): Promise<JsonAnswer> {
    const endpoints = this.#metadata.endpoints
    if (endpoints === undefined) throw this.#away('its metadata was not fetched yet')
    let credential: Readonly<Record<string, string>>
    try {
      credential = await this.#credential(endpoints.token)
    } catch (error) {
      const { code: reason, path: file } = error as NodeJS.ErrnoException
      this.#log.error({ reason, file }, 'the credential of the gateway cannot be read')
      throw new OAuthFault(
        'SLUICE_OAUTH_ENTRA_SETUP',
        'The gateway cannot read its own credential; its log names the file.'
      )
    }
    const body = new URLSearchParams({ ...grant, client_id: this.#clientId, ...credential })
    try {
      return await fetchJson(endpoints.token, this.#runtime, { method: 'POST', body })
    } catch (error) {
      throw this.#away(error instanceof Error ? error.message : String(error))
    }
  }

  #readTokens(document: Readonly<Record<string, unknown>>): EntraTokens {
    const text = (name: string): string | undefined => {
      const value = document[name]
      return typeof value === 'string' ? value : undefined
    }
    const accessToken = text('access_token')
    const expiresIn = document['expires_in']
    if (accessToken === undefined || typeof expiresIn !== 'number' || text('token_type')?.toLowerCase() !== 'bearer')
      throw this.#away('its answer has no bearer token')
    const [refreshToken, idToken, scope] = [text('refresh_token'), text('id_token'), text('scope')]
    return { accessToken, refreshToken, idToken, expiresIn, scope }
  }

  #away(reason: string, retryAfter?: number): OAuthFault {
    const code = 'SLUICE_OAUTH_ENTRA_AWAY'
    this.#log.warn({ code, reason, retryAfter }, 'the token endpoint of Entra gave no answer')
    return new OAuthFault(code, undefined, undefined, retryAfter)
  }
}
