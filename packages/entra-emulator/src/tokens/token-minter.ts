import { createHash, randomInt } from 'node:crypto'
import { microsoftGraphId } from '../directory/microsoft-graph.ts'
import { optionalClaim } from '../directory/directory.ts'
import type { Endpoints } from '../endpoints.ts'
import { ExpiringStore } from '../expiring-store.ts'
import type { SigningKey, SigningKeys } from '../keys/signing-keys.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { AccessTokenRequest } from './access-token-request.ts'
import { type IdTokenRequest, idTokenClaims } from './id-token.ts'
import { type JsonObject, signCompact } from './jws.ts'
import { opaque } from './shared-claims.ts'
import { createV1Audience, type V1Audience, v1Claims } from './v1-claims.ts'
import { v2Claims } from './v2-claims.ts'

/** A token and how long it lives. */
export interface MintedToken {
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
}

/** Changes to a token that only tests make. */
export interface TokenOverrides {
  readonly header?: JsonObject | undefined
  readonly claims?: JsonObject | undefined
  readonly key?: SigningKey | undefined
  /** Seconds. */
  readonly expiresIn?: number | undefined
}

const idTokenLifetime = 3600

/** Seconds. A token that can be revoked before it expires lives longer: 20 to 28 hours. */
const randomLifetime = (request: AccessTokenRequest): number => {
  const isRevocable = request.capabilities.length > 0 && optionalClaim(request.resource, 'xms_cc') !== undefined
  return isRevocable ? randomInt(72_000, 100_801) : randomInt(3600, 5401)
}

/** Makes the tokens: the right header, the right claims, the right key. */
export class TokenMinter {
  readonly #endpoints: Endpoints
  readonly #keys: SigningKeys
  readonly #now: () => number
  readonly #lifetime: number | undefined
  readonly #v1Audience: V1Audience
  readonly #signIns: ExpiringStore<SignIn>

  /** @param lifetime - Of access tokens in seconds; as long as Entra's where absent. */
  constructor(endpoints: Endpoints, keys: SigningKeys, now: () => number, lifetime: number | undefined) {
    this.#endpoints = endpoints
    this.#keys = keys
    this.#now = now
    this.#lifetime = lifetime
    this.#v1Audience = createV1Audience()
    this.#signIns = new ExpiringStore(now)
  }

  /** Mints an access token in the version that the API asked for. */
  accessToken(request: AccessTokenRequest, overrides: TokenOverrides = {}): MintedToken {
    const version2 = request.resource.requestedAccessTokenVersion === 2
    const claims = version2 ? v2Claims(request, this.#endpoints) : v1Claims(request, this.#endpoints, this.#v1Audience)
    const lifetime = this.#lifetime ?? randomLifetime(request)
    if (request.signIn) this.#remember(claims, request.signIn, overrides.expiresIn ?? lifetime)
    const kind = request.resource.clientId === microsoftGraphId ? 'graph' : version2 ? 'v2' : 'v1'
    return this.#mint(kind, claims, lifetime, overrides)
  }

  /** Mints an ID token for the client. */
  idToken(request: IdTokenRequest, overrides: TokenOverrides = {}): MintedToken {
    return this.#mint('v2', idTokenClaims(request, this.#endpoints), idTokenLifetime, overrides)
  }

  /** The sign-in behind an access token, by its `uti`: what the token itself does not say. */
  signInOf(uti: string): SignIn | undefined {
    return this.#signIns.find(uti)?.value
  }

  #remember({ uti }: JsonObject, signIn: SignIn, lifetime: number): void {
    this.#signIns.add(signIn, this.#now() + lifetime * 1000, String(uti))
  }

  #mint(kind: 'v1' | 'v2' | 'graph', claims: JsonObject, lifetime: number, overrides: TokenOverrides): MintedToken {
    const key = overrides.key ?? this.#keys.current
    const expiresIn = overrides.expiresIn ?? lifetime
    const iat = Math.floor(this.#now() / 1000)
    const payload = { ...claims, iat, nbf: iat, exp: iat + expiresIn, ...overrides.claims }
    const x5t = kind === 'v2' ? undefined : key.kid
    const header = { typ: 'JWT', alg: 'RS256', x5t, kid: key.kid, ...overrides.header }
    if (kind !== 'graph') return { token: signCompact(header, payload, key), expiresIn }
    // What Microsoft Graph gets is signed over the digest of the nonce that is shown, so nobody else can verify it.
    const nonce = opaque(32)
    const digest = createHash('sha256').update(nonce).digest('base64url')
    return { token: signCompact({ nonce: digest, ...header }, payload, key, { nonce, ...header }), expiresIn }
  }
}
