import { createHash, randomBytes } from 'node:crypto'
import { CookieBrowser, type Shown } from './cookie-browser.ts'
import { KNOWN } from './facade.ts'

type Changes = Readonly<Record<string, string | undefined>>

/** A token or error document, and the status that it came with. */
export interface TokenAnswer {
  readonly status: number
  readonly headers: Headers
  readonly document: Record<string, string>
}

/** An OAuth client that sends what the test says. */
export class RawClient {
  readonly issuer: string
  readonly id: string
  readonly redirect: string
  readonly verifier = randomBytes(32).toString('base64url')

  constructor(issuer: string, id: string = KNOWN, redirect = 'http://127.0.0.1:1/callback') {
    this.issuer = issuer
    this.id = id
    this.redirect = redirect
  }

  /** The authorization request; a change to `undefined` takes a parameter away. */
  authorizeUrl(changes: Changes = {}): string {
    return `${this.issuer}/authorize?${form({
      response_type: 'code',
      client_id: this.id,
      redirect_uri: this.redirect,
      state: 'the-state',
      scope: 'mcp_access',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes
    }).toString()}`
  }

  /** Allows the client in a browser, and gives what comes back to it. */
  async allowed(browser = new CookieBrowser(), changes: Changes = {}, more: object = {}): Promise<URLSearchParams> {
    const page = await browser.open(this.authorizeUrl(changes))
    return parametersOf(await browser.press(page, 'decision', 'allow', this.redirect, more))
  }

  /** A code that was just given. */
  async code(browser?: CookieBrowser, changes: Changes = {}): Promise<string> {
    return (await this.allowed(browser, changes)).get('code') ?? ''
  }

  redeem(code: string, changes: Changes = {}): Promise<TokenAnswer> {
    return this.token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.redirect,
      code_verifier: this.verifier,
      ...changes
    })
  }

  refresh(refresh_token: string, changes: Changes = {}): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token, ...changes })
  }

  async token(parameters: Changes, headers: Record<string, string> = {}): Promise<TokenAnswer> {
    const body = form({ client_id: this.id, ...parameters })
    const response = await fetch(`${this.issuer}/token`, { method: 'POST', body, headers })
    return {
      status: response.status,
      headers: response.headers,
      document: (await response.json()) as Record<string, string>
    }
  }
}

/** The parameters of the address that a browser was stopped at. */
export const parametersOf = ({ url }: Shown): URLSearchParams => new URL(url).searchParams

const form = (parameters: Changes): URLSearchParams =>
  new URLSearchParams(Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined))
