/** Why a request was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 503
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of audit by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_AUDIT_UNAVAILABLE: {
    status: 503,
    meaning: 'What is not recorded is not served, and the audit trail cannot be written.',
    fix: 'Call again later; the operator looks after the disk (the log says what failed), or sets onFull to continue.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
