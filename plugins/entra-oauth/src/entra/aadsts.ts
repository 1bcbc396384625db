/** Whom an error of Entra asks to do something. */
export type Blame = 'person' | 'operator' | 'nobody'

/** What an AADSTS code means at this gateway. */
export interface Explanation {
  /** `person`: signing in again, or an administrator's consent, may help. `operator`: nothing that a client does helps. */
  readonly blame: Blame
  readonly text: string
}

/** The codes that people meet here. `docs/facade.md` has them, too. */
export const explanations: Readonly<Record<number, Explanation>> = {
  7000215: { blame: 'operator', text: 'The client secret of the gateway is wrong. Copy its value, not its id.' },
  7000218: { blame: 'operator', text: 'Entra wants a credential of the gateway: set credential.' },
  7000222: { blame: 'operator', text: 'The client secret of the gateway has expired. Make a new one.' },
  7002138: { blame: 'operator', text: 'The subject of the federated credential differs in case.' },
  9002313: { blame: 'operator', text: 'Entra cannot read the request, the claims parameter as a rule.' },
  9002327: { blame: 'operator', text: 'The callback is registered as a single-page application. Register it as Web.' },
  9010010: { blame: 'operator', text: 'The scopes are not of the API that resource names.' },
  900144: { blame: 'operator', text: 'A parameter is missing in the request to Entra.' },
  901002: { blame: 'operator', text: 'The tenant refuses the parameter resource.' },
  700016: { blame: 'operator', text: 'The tenant has no application with that clientId.' },
  700027: { blame: 'operator', text: 'Entra does not know the certificate of the gateway.' },
  700024: { blame: 'operator', text: 'The assertion of the gateway is not valid now. Look at the clock.' },
  700211: { blame: 'operator', text: 'No federated credential has that issuer.' },
  700212: { blame: 'operator', text: 'No federated credential has that audience.' },
  700213: { blame: 'operator', text: 'No federated credential has that subject.' },
  650053: { blame: 'operator', text: 'The API has no such scope. Correct scopes, or add it to the API.' },
  650057: { blame: 'operator', text: 'The API is not among the API permissions of the gateway.' },
  500011: { blame: 'operator', text: 'No API has that identifier URI. Correct scopes.' },
  90002: { blame: 'operator', text: 'There is no such tenant.' },
  90009: {
    blame: 'operator',
    text: 'The gateway asks for a token for itself. Give it a registration of its own, not that of the API.'
  },
  70011: { blame: 'operator', text: 'A scope is not valid. Correct scopes.' },
  50011: {
    blame: 'operator',
    text: 'The callback of the gateway is not registered. Add <issuer>/callback as a redirect URI of the platform Web.'
  },
  28000: { blame: 'operator', text: 'The scopes are of several APIs.' },
  65001: { blame: 'person', text: 'Consent is missing. An administrator can grant it for everybody.' },
  65004: { blame: 'person', text: 'The person declined the consent at Entra.' },
  90094: { blame: 'person', text: 'Only an administrator can consent to this.' },
  50105: {
    blame: 'person',
    text: 'The person is not assigned to the application. An administrator assigns them, or a group of theirs.'
  },
  50020: { blame: 'person', text: 'The account is of another directory and no guest here. Sign in with another one.' },
  50034: { blame: 'person', text: 'The account does not exist in this directory.' },
  50058: { blame: 'person', text: 'Nobody is signed in at Entra, and nothing may be asked (prompt=none).' },
  50057: { blame: 'person', text: 'The account is disabled.' },
  50072: { blame: 'person', text: 'The person has to register for multifactor authentication. Sign in again.' },
  50074: { blame: 'person', text: 'A further step of the sign-in is needed. Sign in again.' },
  50076: { blame: 'person', text: 'Multifactor authentication is needed. Sign in again.' },
  50079: { blame: 'person', text: 'The person has to register for multifactor authentication. Sign in again.' },
  50097: { blame: 'person', text: 'The device has to be known to Entra (Conditional Access).' },
  53000: { blame: 'person', text: 'The device is not compliant (Conditional Access).' },
  53001: { blame: 'person', text: 'The device is not joined to the domain (Conditional Access).' },
  53003: { blame: 'person', text: 'A Conditional Access policy blocks this sign-in.' },
  530084: {
    blame: 'person',
    text: 'A policy wants tokens that are bound to the device (Token Protection), which this client does not do.'
  },
  500121: { blame: 'person', text: 'Multifactor authentication failed. Try again.' },
  50132: { blame: 'person', text: 'The session was ended. Sign in again.' },
  50133: { blame: 'person', text: 'The session has expired, or the password was changed. Sign in again.' },
  50173: { blame: 'person', text: 'The sign-in was revoked, or the password was changed. Sign in again.' },
  54005: { blame: 'person', text: 'The code was redeemed already. Sign in again.' },
  70000: { blame: 'person', text: 'Entra does not know the code or refresh token. Sign in again.' },
  70008: { blame: 'person', text: 'The code or refresh token has expired. Sign in again.' },
  70043: { blame: 'person', text: 'The refresh token has expired by a sign-in frequency policy. Sign in again.' },
  501481: { blame: 'person', text: 'The code was made for another sign-in. Sign in again.' },
  700005: { blame: 'person', text: 'The code or refresh token is of another tenant. Sign in again.' },
  700082: { blame: 'person', text: 'The refresh token was not used for 90 days. Sign in again.' },
  90033: { blame: 'nobody', text: 'Entra has a passing problem. Try again later.' },
  90024: { blame: 'nobody', text: 'Entra has a passing problem. Try again later.' }
}
