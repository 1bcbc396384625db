import { ConfigFault, type Principal } from '@sluice/plugin-api'

/** What a call lacks of Conditional Access. */
export interface StepUp {
  readonly code: typeof REQUIRED | typeof UNSUPPORTED
  /** c1 to c99. */
  readonly context: string
}

/** Finds out whether the sign-in of a caller is good enough for a tool: by `acrs`, the authentication contexts that it satisfied. */
export class StepUps {
  readonly #contexts: ReadonlyMap<string, string>

  /** @throws ConfigFault for two tools that are one to servers that do not mind the case */
  constructor(contexts: Readonly<Record<string, string>> = {}) {
    const byName = new Map<string, string>()
    for (const [tool, context] of Object.entries(contexts)) {
      if (byName.has(tool.toLowerCase()))
        throw new ConfigFault(['authContext', tool], 'it is here in another case, too')
      byName.set(tool.toLowerCase(), context)
    }
    this.#contexts = byName
  }

  lackOf(tool: string, principal: Principal | undefined): StepUp | undefined {
    const context = this.#contexts.get(tool.toLowerCase())
    if (context === undefined) return undefined
    if (principal !== undefined && textsOf(principal.claims['acrs']).includes(context)) return undefined
    return { code: principal !== undefined && canStepUp(principal) ? REQUIRED : UNSUPPORTED, context }
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
