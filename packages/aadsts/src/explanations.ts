/** What a code of Entra ID means for an MCP server behind Sluice, and what to do about it. */
export interface Explanation {
  /** A sentence. ASCII without quotes and backslashes, so that an `error_description` can carry it (RFC 6749 section 5.2). */
  readonly meaning: string
  /** What its reader, or the operator, can do; the same characters. */
  readonly fix: string
}

const entry = (meaning: string, fix: string): Explanation => ({ meaning, fix })

const signInAgain = 'Sign in again.'
const desktopPlatform = 'Register the redirect URI under Mobile and desktop applications (publicClient).'
const federated =
  'Compare issuer, subject and audience of the federated credential with the token that the client presents; the case of letters counts.'

/** Every code that a client, the gateway or its facade can meet, by number. */
export const explanations = {
  28000: entry(
    'The request asks for scopes of two APIs.',
    'Advertise scopes of this API only, and request only those.'
  ),
  28003: entry('The code was redeemed with an empty scope.', 'Send the scope of the authorization request again.'),
  50000: entry('Entra ID failed.', 'Try again; if it persists, look at the sign-in log of the tenant.'),
  50011: entry(
    'The redirect URI is not registered for this client, or not with this path.',
    `Register what the message shows. ${desktopPlatform}`
  ),
  50013: entry(
    'The token that was presented on behalf of a person was not signed for this tenant.',
    'Present the access token that came with the request, as it came.'
  ),
  50020: entry(
    'The account is of another directory, and no guest of this one.',
    'Sign in with another account, or have it invited as a guest.'
  ),
  50027: entry('A token that was presented is malformed.', 'Present it exactly as it was issued.'),
  50034: entry('The account does not exist in this directory.', 'Sign in with another account.'),
  50048: entry('iss and sub of the client assertion differ.', 'Write the client ID in both.'),
  50057: entry('The account is disabled.', 'Ask an administrator.'),
  50058: entry('Nobody is signed in, and the request allowed no sign-in page (prompt=none).', 'Sign in with a page.'),
  50072: entry(
    'The person has to register for multifactor authentication.',
    'Sign in again, in the browser, and register.'
  ),
  50074: entry(
    'A further step of the sign-in is wanted, multifactor authentication as a rule.',
    'Sign in again, in the browser.'
  ),
  50076: entry('Conditional Access wants multifactor authentication.', 'Sign in again, in the browser.'),
  50079: entry(
    'The person has to register for multifactor authentication.',
    'Sign in again, in the browser, and register.'
  ),
  50097: entry('Conditional Access wants a device that Entra ID knows.', 'Sign in on a registered device.'),
  50105: entry(
    'Assignment is required for this API, and the person has none.',
    'Assign the person or a group under Enterprise applications.'
  ),
  50132: entry('The session was ended, or the password changed.', signInAgain),
  50133: entry('The session has expired, or the password changed.', signInAgain),
  50148: entry('The code verifier of PKCE is missing.', 'Send code_verifier; update the client.'),
  50173: entry('The sessions of the person were revoked, or the password changed.', signInAgain),
  50194: entry(
    'A registration of a single tenant was asked for through common or organizations.',
    'Name the tenant by its ID in the authority, or make the registration multi-tenant.'
  ),
  53000: entry('Conditional Access wants a compliant device.', 'Sign in on a device that is managed and compliant.'),
  53001: entry('Conditional Access wants a device that is joined to the domain.', 'Sign in on such a device.'),
  53003: entry(
    'A Conditional Access policy blocks the access.',
    'Look at the sign-in log of the tenant, which names the policy.'
  ),
  54005: entry('The authorization code was redeemed twice.', 'Sign in again; a client must redeem a code once.'),
  65001: entry('Nobody consented to the scope for this client.', 'Pre-authorise the client, or grant admin consent.'),
  65004: entry('The person declined to consent.', 'Sign in again and accept, or ask an administrator to consent.'),
  70000: entry('The code or the refresh token is not one of this client.', signInAgain),
  70003: entry(
    'Entra ID does not have this grant, such as token exchange of RFC 8693.',
    'Use the on-behalf-of grant (jwt-bearer with requested_token_use).'
  ),
  70005: entry('Entra ID does not have this response type.', 'Request response_type=code.'),
  70007: entry('Entra ID does not have this response mode.', 'Request query, fragment or form_post.'),
  70008: entry('The authorization code has expired.', signInAgain),
  70011: entry(
    'A scope is malformed, or .default stands beside other scopes.',
    'Request what the metadata advertises; keep .default for client credentials.'
  ),
  70025: entry('The client has no federated credential.', 'Add one to the registration, or use another credential.'),
  70043: entry('The refresh token has expired by a sign-in frequency policy.', signInAgain),
  82001: entry('An agent blueprint asked for a token for itself.', 'Ask with an agent identity of the blueprint.'),
  90002: entry(
    'There is no such tenant in this cloud.',
    'Check the tenant ID, and that the authority is the cloud it is in.'
  ),
  90009: entry(
    'The client asked for a token for itself: mostly a refresh without scope, or client and API are one registration.',
    'Send the scope with every refresh; give the client a registration of its own.'
  ),
  90015: entry('The address of the sign-in is too long.', 'Send a shorter state, fewer scopes, shorter claims.'),
  90023: entry('Entra ID does not take this prompt.', 'Send login, none, consent, select_account, or no prompt.'),
  90024: entry('Entra ID has a passing problem.', 'Try again later.'),
  90033: entry('Entra ID has a passing problem.', 'Try again later.'),
  90094: entry('Only an administrator may grant this scope.', 'Ask an administrator to consent.'),
  165000: entry('The sign-in page was left open too long, or used twice.', signInAgain),
  240002: entry('An ID token was presented in place of an access token.', 'Present the access token.'),
  500011: entry(
    'No API of this tenant has that identifier URI.',
    'Add it to identifierUris of the API, create its service principal (az ad sp create), and check the tenant.'
  ),
  500112: entry('The code was redeemed with another redirect URI.', 'Send the one of the authorization request.'),
  500121: entry('Multifactor authentication failed.', 'Try again.'),
  500131: entry('The token that was presented is for another API.', 'Present a token whose aud is this application.'),
  500133: entry('The token that was presented has expired.', signInAgain),
  501051: entry(
    'Assignment is required for this API, and the program has no role.',
    'Assign it an app role of the API, and grant admin consent.'
  ),
  501481: entry('The code verifier does not belong to the code challenge.', 'Sign in again; update the client.'),
  501491: entry('The code challenge is too short, too long or has other characters.', 'Update the client.'),
  530084: entry(
    'Token Protection: the token is bound to the device, and the client cannot prove it.',
    'Exempt the client from that Conditional Access policy, or turn its broker off.'
  ),
  650053: entry(
    'The API has no such scope. A scope without its API is looked for at Microsoft Graph.',
    'Advertise and request scopes in full: the identifier URI, a slash, the scope.'
  ),
  650057: entry(
    'The API is not among the API permissions of the client.',
    'Add its scopes under API permissions, and grant admin consent.'
  ),
  700005: entry('The code or the refresh token is of another tenant.', signInAgain),
  700016: entry(
    'There is no such client in this tenant.',
    'Register the client here, or sign in to the tenant that it is in.'
  ),
  700021: entry('The client assertion is of another client.', 'Write the client ID in iss and sub.'),
  700023: entry('The client assertion is for another audience.', 'Write the address of the token endpoint in aud.'),
  700024: entry('The client assertion has expired, or is not valid yet.', 'Check the clock.'),
  700025: entry(
    'A public client sent a secret or an assertion.',
    'Leave it out, or register the redirect URI under Web.'
  ),
  700027: entry(
    'The client assertion is not signed by a registered certificate.',
    'Upload the certificate to the registration, and send its thumbprint.'
  ),
  700051: entry('The implicit flow is not enabled.', 'Request response_type=code.'),
  700054: entry('ID tokens are not enabled at the authorization endpoint.', 'Request response_type=code.'),
  700082: entry('The refresh token has expired.', signInAgain),
  700084: entry('The refresh token of a single-page app has expired, after its fixed lifetime.', signInAgain),
  700211: entry('No federated credential has that issuer.', federated),
  700212: entry('No federated credential has that audience.', federated),
  700213: entry('No federated credential has that subject.', federated),
  700229: entry('The federated token is one of a person.', 'Present a token of a program or a managed identity.'),
  900023: entry('The tenant is neither an ID nor a domain.', 'Write the tenant ID, a GUID.'),
  900144: entry(
    'A parameter is missing, mostly scope.',
    'Advertise scopesSupported, which clients read; update a client that leaves scope out.'
  ),
  900561: entry('The token endpoint was asked with another method.', 'Send a POST.'),
  900971: entry('The redirect URI is missing.', 'Send redirect_uri.'),
  901002: entry(
    'The endpoint does not take the parameter resource, which MCP clients must send.',
    'Set requestedAccessTokenVersion to 2 and make the MCP URL an identifier URI; if it persists, put the facade in front.'
  ),
  1002012: entry(
    'Client credentials take no scope by name.',
    'Request the client ID of the API followed by /.default.'
  ),
  7000114: entry(
    'A token of a program was presented as one of a person.',
    'Use client credentials where no person is there.'
  ),
  7000215: entry('The client secret is wrong.', 'Use the value of the secret, not its ID; make a new one.'),
  7000216: entry('Client credentials without a secret or an assertion.', 'Send the credential of the client.'),
  7000218: entry(
    'Entra ID takes the client for confidential: the redirect URI is under Web, and no secret was sent.',
    desktopPlatform
  ),
  7000222: entry('The client secret has expired.', 'Make a new one, and take the old one out.'),
  7002138: entry('The subject of the federated token differs in upper and lower case.', federated),
  9000411: entry('A parameter was sent twice.', 'Send it once.'),
  9002313: entry('The request is malformed.', 'Look at claims, code_challenge_method and the client authentication.'),
  9002325: entry('The client sent no code challenge (PKCE).', 'Use a client that does PKCE with S256.'),
  9002326: entry(
    'The token request came from a browser, and the redirect URI is not that of a single-page application.',
    'Register it under Single-page application, for clients that run wholly in the browser.'
  ),
  9002327: entry(
    'The redirect URI is under Single-page application, and the token request came from no browser.',
    desktopPlatform
  ),
  9010010: entry(
    'resource is not an identifier URI of the API whose scopes are requested: another spelling, a trailing slash, or scopes of another URI.',
    'Make the MCP URL an identifier URI of the API, to the letter, and advertise scopes in full under it; or put the facade in front.'
  )
} as const satisfies Readonly<Record<number, Explanation>>

/** A code that is explained. */
export type ExplainedCode = keyof typeof explanations
