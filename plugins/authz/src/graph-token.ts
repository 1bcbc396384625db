import type { Credential } from '@sluice/entra-credential'

/** Milliseconds before its end in which a token is no longer used. */
const MARGIN = 60_000

/** By whom, and where, tokens for Microsoft Graph are asked for. */
export interface GraphTokenOptions {
  readonly clientId: string
  readonly credential: Credential
  /** Origin of Entra ID. */
  readonly authority: string
  /** Origin of Microsoft Graph. */
  readonly graph: string
  readonly timeoutMs: number
}

interface Token {
  readonly token: string
  /** On the clock of `performance`. */
  readonly until: number
}

/** The gateway's own tokens for Microsoft Graph (client credentials, RFC 6749 section 4.4), one a tenant until it ends. */
export class GraphToken {
  readonly #options: GraphTokenOptions
  readonly #scope: string
  readonly #tokens = new Map<string, Promise<Token>>()

  constructor(options: GraphTokenOptions) {
    this.#options = options
    // The emulator is Graph under an address of its own, and known by the real name.
    const name = options.graph.startsWith('https:') ? options.graph : 'https://graph.microsoft.com'
    this.#scope = `${name}/.default`
  }

  /** @throws Error, as a rejection, without anything of what was sent */
  async of(tenantId: string): Promise<string> {
    const known = await this.#tokens.get(tenantId)?.catch(() => undefined)
    if (known !== undefined && performance.now() < known.until - MARGIN) return known.token
    const asked = this.#ask(tenantId)
    this.#tokens.set(tenantId, asked)
    return (await asked).token
  }

  async #ask(tenantId: string): Promise<Token> {
    const { authority, clientId, timeoutMs } = this.#options
    const endpoint = `${authority}/${tenantId}/oauth2/v2.0/token`
    const credential = await this.#credentialFor(endpoint)
    const response = await fetch(endpoint, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        scope: this.#scope,
        ...credential
      })
    })
    const answer = (await response.json()) as { readonly access_token?: unknown; readonly expires_in?: unknown }
    if (!response.ok || typeof answer.access_token !== 'string')
      throw new Error(`Entra ID gave no token for Microsoft Graph (${response.status})`)
    return { token: answer.access_token, until: performance.now() + Number(answer.expires_in) * 1000 }
  }

  async #credentialFor(endpoint: string): Promise<Readonly<Record<string, string>>> {
    try {
      return await this.#options.credential(endpoint)
    } catch (error) {
      const { code = 'unreadable' } = error as NodeJS.ErrnoException
      throw new Error(`the credential of the gateway cannot be read (${code})`, { cause: error })
    }
  }
}
