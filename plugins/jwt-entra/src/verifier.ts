import type { AccessTokenRules, Verdict } from './access-token-rules.ts'
import type { RefusalCode } from './codes.ts'
import type { KeySet } from './key-set.ts'
import type { Settings } from './settings.ts'
import { signatureHolds } from './signature.ts'
import type { SigningKey } from './signing-key.ts'
import { readForm, type UnverifiedToken } from './token-form.ts'
import { VerifiedTokens, type VerifiedToken } from './verified-tokens.ts'

/**
 * Verifies tokens under one configuration and remembers those that passed. Answers at once unless a key must be fetched
 * first; requests that bring the same token meanwhile share one verification.
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

  /** The verdict on a token that is remembered; `undefined` for any other. */
  recall(token: string): Verdict | undefined {
    const known = this.#verified.get(token)
    if (known === undefined) return undefined
    if (!known.key.retired) return this.#recheck(known)
    this.#verified.delete(token)
    return undefined
  }

  /** The verdict on a token that was not remembered when it came. */
  verify(token: string): Verdict | Promise<Verdict> {
    return this.recall(token) ?? this.#underWay.get(token) ?? this.#begin(token)
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
    if (key !== undefined) return this.#verifyWith(key, token, unverified, keySet)
    const refreshed = keySet.refreshForUnknownKey()
    return refreshed === undefined ? refuseUnknownKey(keySet) : this.#verifyAfter(refreshed, token, unverified, keySet)
  }

  #verifyAfter(refreshed: Promise<void>, token: string, unverified: UnverifiedToken, keySet: KeySet): Promise<Verdict> {
    const verdict = refreshed
      .then(() => {
        const key = keySet.find(unverified.keyId)
        return key === undefined ? refuseUnknownKey(keySet) : this.#verifyWith(key, token, unverified, keySet)
      })
      .finally(() => this.#underWay.delete(token))
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

  #verifyWith(key: SigningKey, token: string, unverified: UnverifiedToken, keySet: KeySet): Verdict {
    if (key.foreign) return 'SLUICE_AUTH_KEY_FOREIGN'
    if (!key.algorithms.includes(unverified.algorithm)) return 'SLUICE_AUTH_ALGORITHM_REFUSED'
    if (!signatureHolds(token, unverified.algorithm, key)) return 'SLUICE_AUTH_SIGNATURE_INVALID'
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
