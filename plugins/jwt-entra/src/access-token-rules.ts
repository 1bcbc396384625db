import type { Principal } from '@sluice/plugin-api'
import type { Claims } from './claims.ts'
import type { RefusalCode } from './codes.ts'
import type { KeySet } from './key-set.ts'
import type { RefuseHeader } from './token-form.ts'

/** Who a token speaks for, or why it is refused. */
export type Verdict = Principal | RefusalCode

/** What the access tokens of one kind of provider look like and must claim, under one configuration. */
export interface AccessTokenRules {
  readonly refuseHeader: RefuseHeader
  /** Finds the keys of which one must have signed, by claims of which nothing is proven. */
  findKeySet(claims: Claims): KeySet | RefusalCode
  /** Shape, issuer and audience: what stays as it is while the token lives. The signature holds. */
  refuse(claims: Claims, issuer: string): RefusalCode | undefined
  /** Whose token it is, once nothing refused it and its time is right. */
  identify(claims: Claims): Verdict
}

/** The rules of an entry. */
export interface UsedRules extends AccessTokenRules {
  /** Stops reporting readiness. The key sets themselves end with their last user. */
  readonly release: () => void
}
