import type { Principal } from '@sluice/plugin-api'
import { compactVerify, errors } from 'jose'
import { makeClaimChecks, type ClaimChecks } from './claim-checks.ts'
import type { RefusalCode } from './codes.ts'
import type { KeySet } from './key-set.ts'
import { kindOf } from './kind.ts'
import { clientIdOf, makePrincipal } from './principal.ts'
import type { Settings } from './settings.ts'
import type { SigningKey } from './signing-key.ts'
import { readStructure, type TokenVersion, type UnverifiedToken } from './token-structure.ts'
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.ts'

/** Who a token speaks for, or why it is refused. */
export type Verdict = Principal | RefusalCode

/** The key set of an accepted tenant. */
export type FindKeySet = (tenant: string, version: TokenVersion) => KeySet | undefined

/**
 * Verifies tokens under one configuration and remembers those that passed. Answers at once what it remembers and what
 * needs no key; requests that bring the same new token at the same time share one verification.
 */
export class Verifier {
  readonly #keySetOf: FindKeySet
  readonly #checks: ClaimChecks
  readonly #maxStaleMs: number
  readonly #now: () => number
  readonly #verified: VerifiedTokens
  readonly #underWay = new Map<string, Promise<Verdict>>()

  constructor(settings: Settings, keySetOf: FindKeySet, now: () => number) {
    this.#keySetOf = keySetOf
    this.#checks = makeClaimChecks(settings)
    this.#maxStaleMs = settings.maxStaleMs
    this.#now = now
    this.#verified = new VerifiedTokens(settings.cacheMax)
  }

  verify(token: string): Verdict | Promise<Verdict> {
    const known = this.#verified.get(token)
    if (known !== undefined) {
      if (!known.key.retired) return this.#recheck(known)
      this.#verified.delete(token)
    }
    return this.#underWay.get(token) ?? this.#begin(token)
  }

  #recheck(known: VerifiedToken): Verdict {
    const { principal, keySet } = known
    const now = this.#now()
    return (
      this.#refuseKeySet(keySet, now) ?? this.#checks.refuseTime(principal.expiresAt, known.notBefore, now) ?? principal
    )
  }

  #begin(token: string): Verdict | Promise<Verdict> {
    const unverified = readStructure(token)
    if (typeof unverified === 'string') return unverified
    const keySet = this.#keySetOf(unverified.tenant, unverified.version)
    if (keySet === undefined) return 'SLUICE_AUTH_TENANT_REFUSED'
    const refusal = this.#refuseKeySet(keySet, this.#now())
    if (refusal !== undefined) return refusal
    const key = keySet.find(unverified.keyId)
    const refreshed = key === undefined ? keySet.refreshForUnknownKey() : undefined
    if (key === undefined && refreshed === undefined) return refuseUnknownKey(keySet)
    const verdict = this.#verifyWith(token, unverified, keySet, refreshed).finally(() => this.#underWay.delete(token))
    this.#underWay.set(token, verdict)
    return verdict
  }

  #refuseKeySet({ fetchedAt }: KeySet, now: number): RefusalCode | undefined {
    if (fetchedAt === undefined) return 'SLUICE_AUTH_KEYS_UNAVAILABLE'
    return now - fetchedAt > this.#maxStaleMs ? 'SLUICE_AUTH_KEYS_STALE' : undefined
  }

  async #verifyWith(
    token: string,
    unverified: UnverifiedToken,
    keySet: KeySet,
    refreshed: Promise<void> | undefined
  ): Promise<Verdict> {
    await refreshed
    const key = keySet.find(unverified.keyId)
    if (key === undefined) return refuseUnknownKey(keySet)
    if (key.foreign) return 'SLUICE_AUTH_KEY_FOREIGN'
    if (!(await signatureHolds(token, key))) return 'SLUICE_AUTH_SIGNATURE_INVALID'
    const verdict = this.#judge(unverified, keySet.issuer)
    if (typeof verdict !== 'string') {
      this.#verified.add({ token, principal: verdict, key, keySet, notBefore: notBeforeOf(unverified) })
    }
    return verdict
  }

  /** What the claims of a token with a good signature amount to. */
  #judge(token: UnverifiedToken, issuer: string): Verdict {
    const { claims } = token
    const clientId = clientIdOf(token)
    const refusal =
      this.#checks.refuse(claims, issuer) ??
      this.#checks.refuseTime(Number(claims.exp), notBeforeOf(token), this.#now())
    if (refusal !== undefined) return refusal
    // Every access token of Entra names its client; of the tokens that do not, those without scp are ID tokens.
    if (clientId === '') return claims.scp === undefined ? 'SLUICE_AUTH_ID_TOKEN' : 'SLUICE_AUTH_KIND_UNKNOWN'
    const kind = kindOf(claims)
    switch (kind) {
      case 'user':
      case 'app':
      case 'agent':
      case 'agent-user':
        return this.#checks.forbid(claims, clientId) ?? makePrincipal(token, kind)
      default:
        return kind
    }
  }
}

/** A fetch that failed may have brought the key: only the gateway is at fault then, and no sign-in helps. */
const refuseUnknownKey = (keySet: KeySet): RefusalCode =>
  keySet.failure === undefined ? 'SLUICE_AUTH_KEY_UNKNOWN' : 'SLUICE_AUTH_KEYS_UNAVAILABLE'

const notBeforeOf = ({ claims }: UnverifiedToken): number => Number(claims.nbf ?? 0)

async function signatureHolds(token: string, { key }: SigningKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: ['RS256'] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}
