/** Why a request was refused, and what the operator can do. */
export interface Refusal {
  readonly status: 403
  readonly meaning: string
  readonly fix: string
}

/** Every refusal of origin by its code. A code keeps its meaning and is never used again for another one. */
export const refusals = {
  SLUICE_ORIGIN_REFUSED: {
    status: 403,
    meaning: 'Pages of this origin may not call here.',
    fix: 'Add the origin that the browser names to `allowed` of origin, if the page is one of yours.'
  },
  SLUICE_ORIGIN_HOST_REFUSED: {
    status: 403,
    meaning: 'The public URL is a loopback address, and the request names another host.',
    fix: 'Call the gateway by the host of `publicUrl`, or add the name to `hosts` of origin.'
  }
} as const satisfies Record<string, Refusal>

/** A code of {@link refusals}. */
export type RefusalCode = keyof typeof refusals
