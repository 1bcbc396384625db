import { ConfigFault, foldCase, type Principal, wildcard } from '@sluice/plugin-api'

/** What a call lacks of Conditional Access. */
export interface StepUp {
  readonly code: typeof REQUIRED | typeof UNSUPPORTED
  /** c1 to c99. */
  readonly context: string
}

/**
 * Finds out whether the sign-in of a caller is good enough for a tool: by `acrs`, the authentication contexts that it
 * satisfied. Of patterns that fit one tool all count, as for scopes.
 */
export class StepUps {
  readonly #needed: readonly { readonly fits: (tool: string) => boolean; readonly context: string }[]

  /** @throws ConfigFault for two tools that are one to servers that do not mind the case */
  constructor(contexts: Readonly<Record<string, string>> = {}) {
    const patterns = new Set<string>()
    this.#needed = Object.entries(contexts).map(([pattern, context]) => {
      const folded = foldCase(pattern)
      if (patterns.has(folded)) throw new ConfigFault(['authContext', pattern], 'it is here in another case, too')
      patterns.add(folded)
      return { fits: wildcard(pattern), context }
    })
  }

  lackOf(tool: string, principal: Principal | undefined): StepUp | undefined {
    const satisfied = principal === undefined ? [] : textsOf(principal.claims['acrs'])
    const lacking = this.#needed.find(({ fits, context }) => fits(tool) && !satisfied.includes(context))
    if (lacking === undefined) return undefined
    const code = principal !== undefined && canStepUp(principal) ? REQUIRED : UNSUPPORTED
    return { code, context: lacking.context }
  }
}

const REQUIRED = 'SLUICE_AUTHZ_STEP_UP_REQUIRED'
const UNSUPPORTED = 'SLUICE_AUTHZ_STEP_UP_UNSUPPORTED'

/** A client that understands claims challenges says so with `cp1`, and a person has to be there. */
const canStepUp = ({ kind, claims }: Principal): boolean =>
  kind === 'user' && textsOf(claims['xms_cc']).some(capability => capability.toLowerCase() === 'cp1')

const textsOf = (claim: unknown): readonly string[] => [claim].flat().filter(one => typeof one === 'string')

/** `claims` of the challenge, which the client hands on to Entra ID: what the new token has to satisfy. */
export const claimsChallenge = (context: string): string =>
  Buffer.from(JSON.stringify({ access_token: { acrs: { essential: true, value: context } } })).toString('base64')
