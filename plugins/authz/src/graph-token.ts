import type { GroupsConfig } from './config.ts'

/** Milliseconds before its end in which a token is no longer used. */
const MARGIN = 60_000

/** The gateway's own tokens for Microsoft Graph (client credentials, RFC 6749 section 4.4), one a tenant until it ends. */
export class GraphToken {
  readonly #authority: string
  readonly #scope: string
  readonly #credential: GroupsConfig['credential']
  readonly #timeoutMs: number
  readonly #tokens = new Map<string, Promise<{ readonly token: string; readonly until: number }>>()

  constructor(authority: string, graph: string, credential: GroupsConfig['credential'], timeoutMs: number) {
    this.#authority = authority
    // The emulator is Graph under an address of its own, and known by the real name.
    this.#scope = `${graph.startsWith('https:') ? graph : 'https://graph.microsoft.com'}/.default`
    this.#credential = credential
    this.#timeoutMs = timeoutMs
  }

  /** @throws Error, as a rejection, without anything of what was sent */
  async of(tenantId: string): Promise<string> {
    const known = await this.#tokens.get(tenantId)?.catch(() => undefined)
    if (known !== undefined && performance.now() < known.until - MARGIN) return known.token
    const asked = this.#ask(tenantId)
    this.#tokens.set(tenantId, asked)
    return (await asked).token
  }

  async #ask(tenantId: string): Promise<{ readonly token: string; readonly until: number }> {
    const { clientId, secret } = this.#credential
    const response = await fetch(`${this.#authority}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(this.#timeoutMs),
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
        scope: this.#scope
      })
    })
    const answer = (await response.json()) as { readonly access_token?: unknown; readonly expires_in?: unknown }
    if (!response.ok || typeof answer.access_token !== 'string')
      throw new Error(`Entra ID gave no token for Microsoft Graph (${response.status})`)
    return { token: answer.access_token, until: performance.now() + Number(answer.expires_in) * 1000 }
  }
}
