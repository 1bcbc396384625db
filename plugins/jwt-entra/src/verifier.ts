import { compactVerify, errors } from 'jose'
import type { AccessTokenRules, Verdict } from './access-token-rules.ts'
import type { RefusalCode } from './codes.ts'
import type { KeySet } from './key-set.ts'
import type { Settings } from './settings.ts'
import type { SigningKey } from './signing-key.ts'
import { readForm, type UnverifiedToken } from './token-form.ts'
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.ts'

/**
 * Verifies tokens under one configuration and remembers those that passed. Answers at once what it remembers and what
 * needs no key; requests that bring the same new token at the same time share one verification.
 */
export class Verifier {
  readonly #rules: AccessTokenRules
  readonly #clockSkewMs: number
  readonly #maxStaleMs: number
  readonly #now: () => number
  readonly #verified: VerifiedTokens
  readonly #underWay = new Map<string, Promise<Verdict>>()

  constructor(settings: Settings, rules: AccessTokenRules, now: () => number) {
    this.#rules = rules
    this.#clockSkewMs = settings.clockSkewMs
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
    return this.#refuseKeySet(keySet, now) ?? this.#refuseTime(principal.expiresAt, known.notBefore, now) ?? principal
  }

  #begin(token: string): Verdict | Promise<Verdict> {
    const unverified = readForm(token, this.#rules.refuseHeader)
    if (typeof unverified === 'string') return unverified
    const keySet = this.#rules.findKeySet(unverified.claims)
    if (typeof keySet === 'string') return keySet
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

  /** `exp` and the later of `nbf` and `iat`, in seconds, at a time in milliseconds. */
  #refuseTime(expiresAt: number, notBefore: number, now: number): RefusalCode | undefined {
    if (now >= expiresAt * 1000 + this.#clockSkewMs) return 'SLUICE_AUTH_TOKEN_EXPIRED'
    return now < notBefore * 1000 - this.#clockSkewMs ? 'SLUICE_AUTH_TOKEN_NOT_YET_VALID' : undefined
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
    if (!key.algorithms.includes(unverified.algorithm)) return 'SLUICE_AUTH_ALGORITHM_REFUSED'
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
    return (
      this.#rules.refuse(claims, issuer) ??
      this.#refuseTime(Number(claims.exp), notBeforeOf(token), this.#now()) ??
      this.#rules.identify(claims)
    )
  }
}

/** A fetch that failed may have brought the key: only the gateway is at fault then, and no sign-in helps. */
const refuseUnknownKey = (keySet: KeySet): RefusalCode =>
  keySet.failure === undefined ? 'SLUICE_AUTH_KEY_UNKNOWN' : 'SLUICE_AUTH_KEYS_UNAVAILABLE'

/** A token that was issued in the future is as good as one that is not valid yet: somebody's clock, or claims, are wrong. */
const notBeforeOf = ({ claims }: UnverifiedToken): number => Math.max(Number(claims.nbf ?? 0), Number(claims.iat ?? 0))

async function signatureHolds(token: string, { key, algorithms }: SigningKey): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [...algorithms] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}
