import type { Sealing } from '@sluice/plugin-api'

/** What is sealed for each purpose. Names are short, since all of it travels in URLs. */
export interface SealedValues {
  /** An authorization request that waits for the person's consent; held by the browser. */
  readonly request: PendingRequest
  /** A sign-in that is under way at Entra; held by the browser. */
  readonly state: SignInState
  /** A sign-in that only finds out who the person is, before a consent is remembered; held by the browser. */
  readonly identity: IdentityCheck
  /** Consents that a browser remembers, in a cookie of their own. */
  readonly consents: readonly RememberedConsent[]
  /** The code that the client gets; held by the client. */
  readonly code: GrantedCode
  readonly refresh: GrantedRefresh
  /** The client id of a registered client. Held by nobody: it is no secret. */
  readonly client: RegisteredMetadata
}

/** An authorization request of a client, checked already. */
export interface PendingRequest {
  readonly client: string
  readonly redirect: string
  /** The client's own `state`. */
  readonly state?: string | undefined
  readonly challenge: string
  readonly scopes: readonly string[]
  readonly offline: boolean
  readonly prompt?: string | undefined
  readonly claims?: string | undefined
  readonly loginHint?: string | undefined
  readonly domainHint?: string | undefined
}

export interface SignInState extends Pick<PendingRequest, 'client' | 'redirect' | 'state' | 'challenge' | 'scopes'> {
  /** Of the gateway's own PKCE towards Entra. */
  readonly verifier: string
  /** Who must turn out to have signed in, where nobody was asked: {@link RememberedConsent.person}. */
  readonly person?: string | undefined
}

export interface IdentityCheck {
  readonly request: PendingRequest
  readonly verifier: string
  readonly nonce: string
}

export interface RememberedConsent {
  /** Digest of what was allowed: client, redirect URI and scopes. */
  readonly what: string
  /** Tenant and object id. */
  readonly person: string
  /** What Entra is told of the person, so that they need not pick their account. */
  readonly hint?: string | undefined
  /** Seconds since 1970. */
  readonly until: number
  /** When it was made use of last, in seconds since 1970. */
  readonly used: number
}

export interface GrantedCode extends Pick<SignInState, 'redirect' | 'challenge' | 'scopes' | 'verifier' | 'person'> {
  /** Entra's own code. */
  readonly entra: string
}

export interface GrantedRefresh {
  /** Entra's own refresh token. */
  readonly entra: string
  /** Where its code was sent: once that is allowed no more, neither is this. */
  readonly redirect: string
  readonly scopes: readonly string[]
}

export interface RegisteredMetadata {
  readonly name: string
  readonly redirects: readonly string[]
}

/**
 * Seals what clients and browsers bring back, so that nothing is stored: for one purpose, one issuer, one holder, and for
 * a time. Whatever does not fit does not open.
 */
export class Seals {
  readonly #sealing: Sealing
  readonly #issuer: string
  readonly #now: () => number

  constructor(sealing: Sealing, issuer: string, now: () => number) {
    this.#sealing = sealing
    this.#issuer = issuer
    this.#now = now
  }

  /** @param seconds How long it opens. Without: as long as the key is listed, for what ends elsewhere. */
  seal<P extends keyof SealedValues>(purpose: P, holder: string, value: SealedValues[P], seconds?: number): string {
    const until = seconds === undefined ? 0 : this.#now() + seconds * 1000
    return this.#sealing.seal(JSON.stringify([until, value]), this.#circumstance(purpose, holder))
  }

  open<P extends keyof SealedValues>(purpose: P, holder: string, sealed: string): SealedValues[P] | undefined {
    const text = this.#sealing.open(sealed, this.#circumstance(purpose, holder))
    if (text === undefined) return undefined
    const [until, value] = JSON.parse(text) as [number, SealedValues[P]]
    return until === 0 || this.#now() < until ? value : undefined
  }

  #circumstance(purpose: keyof SealedValues, holder: string): string {
    return JSON.stringify([this.#issuer, purpose, holder])
  }
}
