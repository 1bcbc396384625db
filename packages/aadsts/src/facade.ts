import { type ExplainedCode, explanations } from './explanations.ts'

/**
 * Who can mend what Entra refuses where the gateway signs people in as an application of its own. `person`: signing in
 * again, or an administrator's consent, may help. `operator`: nothing that a client does helps. `nobody`: it passes.
 */
export type Mending = 'person' | 'operator' | 'nobody'

/** What a code means there. */
export interface FacadeExplanation {
  readonly mending: Mending
  /** For people, the log and an `error_description`. */
  readonly text: string
}

const of = (mending: Mending, codes: readonly ExplainedCode[]): readonly [ExplainedCode, FacadeExplanation][] =>
  codes.map(code => {
    const { meaning, fix } = explanations[code]
    return [code, { mending, text: ownWords[code] ?? `${meaning} ${fix}` }]
  })

/** Where the explanation is for a client that is registered at Entra, and the gateway is another one. */
const ownWords: Readonly<Partial<Record<ExplainedCode, string>>> = {
  28000: 'The scopes are of several APIs. Correct scopes.',
  50011: 'The callback of the gateway is not registered. Add <issuer>/callback as a redirect URI of the platform Web.',
  50105: 'The person is not assigned to the application. An administrator assigns them, or a group of theirs.',
  65001: 'Consent is missing. An administrator can grant it for everybody.',
  70011: 'A scope is not valid. Correct scopes.',
  90009: 'The gateway asks for a token for itself. Give it a registration of its own, not that of the API.',
  90015: 'The address of the sign-in is too long. List fewer scopes.',
  500011: 'No API has that identifier URI. Correct scopes.',
  501481: 'The code was made for another sign-in. Sign in again.',
  650053: 'The API has no such scope. Correct scopes, or add it to the API.',
  650057: 'The API is not among the API permissions of the gateway. Add it, and grant admin consent.',
  700016: 'The tenant has no application with that clientId.',
  900144: 'A parameter is missing in the request to Entra.',
  901002: 'The tenant refuses the parameter resource.',
  7000218: 'Entra wants a credential of the gateway: set credential.',
  9002313: 'Entra cannot read the request, the claims parameter as a rule.',
  9002327: 'The callback is registered as a single-page application. Register it as Web.',
  9010010: 'The scopes are not of the API that resource names.'
}

/** The codes that people meet at the facade, by number; of others the kind of error says who can mend them. */
export const facadeExplanations: Readonly<Record<number, FacadeExplanation>> = Object.fromEntries([
  ...of(
    'operator',
    [
      28000, 50011, 70011, 90002, 90009, 90015, 500011, 650053, 650057, 700016, 700024, 700027, 700211, 700212, 700213,
      900144, 901002, 7000215, 7000218, 7000222, 7002138, 9002313, 9002327, 9010010
    ]
  ),
  ...of(
    'person',
    [
      50020, 50034, 50057, 50058, 50072, 50074, 50076, 50079, 50097, 50105, 50132, 50133, 50173, 53000, 53001, 53003,
      54005, 65001, 65004, 70000, 70008, 70043, 90094, 500121, 501481, 530084, 700005, 700082
    ]
  ),
  ...of('nobody', [90024, 90033])
])
