/** Why a request was refused, and what its sender or the operator can do. */
export interface Refusal {
  readonly status: 404
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of session-binding by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_SESSION_UNKNOWN: {
    status: 404,
    meaning: 'There is no such session for this caller on this route.',
    fix: 'Start a new one with initialize, as clients do of themselves.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
