/** Why a request was refused or ended, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 401 | 403
  /** A sentence; also the challenge's `error_description`, so ASCII without quotes. */
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of revocation by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_REVOCATION_REFUSED: {
    status: 401,
    meaning: 'The access token is revoked here.',
    fix: 'Sign in again if you may; else ask the operator, whose list of revocations says until when.'
  },
  SLUICE_REVOCATION_ENDED: {
    status: 403,
    meaning: 'The access token was revoked while the request was under way.',
    fix: 'A call may have been carried out: look before sending it again. The operator finds who it was in the list of revocations.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
