/** What Entra says with an AADSTS code. */
export interface AadstsEntry {
  /** The OAuth error code that goes with it. */
  readonly error: string
  /** HTTP status where the answer is not a redirect. */
  readonly status: number
  /** The text; `{0}`, `{1}`… stand for values. */
  readonly message: string
}

const entry = (error: string, message: string, status = 400): AadstsEntry => ({ error, status, message })

const badClient = (message: string): AadstsEntry => entry('invalid_client', message, 401)

/** The AADSTS codes that the emulator answers with, by number. */
export const aadsts = {
  28000: entry(
    'invalid_request',
    'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {0} is not valid.'
  ),
  28003: entry(
    'invalid_request',
    'Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.'
  ),
  50000: entry('server_error', 'There was an error issuing a token or an issue with our sign-in service.', 500),
  50011: entry(
    'invalid_request',
    "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal."
  ),
  50013: entry('invalid_grant', 'Assertion failed signature validation. [Reason - {0}]'),
  50027: entry('invalid_request', 'JWT token is invalid or malformed.'),
  50048: badClient('Subject must match the issuer claim in the client assertion.'),
  50058: entry('login_required', 'A silent sign-in request was sent but no user is signed in.'),
  50076: entry(
    'invalid_grant',
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{0}'."
  ),
  50105: entry(
    'access_denied',
    "Your administrator has configured the application {0} ('{1}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{2}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator."
  ),
  50148: entry(
    'invalid_grant',
    'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.'
  ),
  50173: entry(
    'invalid_grant',
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{0}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{1}'."
  ),
  50194: entry(
    'invalid_request',
    "Application '{0}'({1}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant."
  ),
  53003: entry(
    'invalid_grant',
    'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.'
  ),
  54005: entry(
    'invalid_grant',
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.'
  ),
  65001: entry(
    'invalid_grant',
    "The user or administrator has not consented to use the application with ID '{0}' named '{1}'. Send an interactive authorization request for this user and resource."
  ),
  65004: entry('access_denied', 'User declined to consent to access the app.'),
  70000: entry('invalid_grant', 'Provided grant is invalid or malformed.'),
  70003: entry('unsupported_grant_type', "The app requested an unsupported grant type '{0}'."),
  70005: entry('unsupported_response_type', "The app requested an unsupported response type '{0}'."),
  70007: entry('invalid_request', "The app requested an unsupported response mode '{0}'."),
  70008: entry(
    'invalid_grant',
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.'
  ),
  70011: entry(
    'invalid_scope',
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {0} is not valid."
  ),
  70025: badClient("The client '{0}'({1}) has no configured federated identity credentials."),
  82001: entry(
    'unauthorized_client',
    "Agentic application '{0}' is not permitted to request app-only tokens for resource '{1}'."
  ),
  90002: entry(
    'invalid_request',
    "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
  ),
  90009: entry(
    'invalid_request',
    "Application '{0}'({1}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier."
  ),
  90023: entry('invalid_request', "Unsupported 'prompt' value."),
  90094: entry(
    'access_denied',
    'An administrator of {0} has set a policy that prevents you from granting {1} the permissions it is requesting. Contact an administrator of {0} who can grant permissions to this application on your behalf.'
  ),
  165000: entry(
    'invalid_request',
    'Invalid Request: The request tokens do not match the user context. Do not copy the user context values (cookies; form fields; headers) between different requests or user sessions; always maintain the ALL of the supplied values across a complete single user flow. Failure Reasons:[Token values do not match;]'
  ),
  240002: entry(
    'invalid_request',
    "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant."
  ),
  500011: entry(
    'invalid_resource',
    'The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.'
  ),
  500112: entry(
    'invalid_client',
    "The reply address '{0}' does not match the reply address provided when requesting Authorization code."
  ),
  500131: entry(
    'invalid_grant',
    "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{0}' and the expected audience is '{1}' or one of the Application Uris of this application with App ID '{1}'({2}). The downstream client must request a token for the expected audience (the application that made the OBO request) and this application should use that token as the assertion."
  ),
  500133: entry(
    'invalid_grant',
    'Assertion is not within its valid time range. Please ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {0}, expiry time of assertion {1}.'
  ),
  501051: entry('invalid_grant', "Application '{0}'({1}) is not assigned to a role for the application '{2}'({3})."),
  501481: entry(
    'invalid_grant',
    'The Code_Verifier does not match the code_challenge supplied in the authorization request.'
  ),
  501491: entry('invalid_request', 'Invalid size of Code_Challenge parameter.'),
  650053: entry(
    'invalid_client',
    "The application '{0}' asked for scope '{1}' that doesn't exist on the resource '{2}'. Contact the app vendor."
  ),
  700005: entry('invalid_grant', 'Provided Authorization Code is intended to use against other tenant, thus rejected.'),
  700016: entry(
    'unauthorized_client',
    "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
  ),
  700021: badClient("Client assertion application identifier doesn't match 'client_id' parameter."),
  700023: badClient('Client assertion audience claim does not match Realm issuer.'),
  700024: badClient(
    'Client assertion is not within its valid time range. Current time: {0}, assertion valid from {1}, expiry time of assertion {2}.'
  ),
  700025: badClient("Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
  700027: badClient('{0} [Reason - {1}]'),
  700051: entry('unsupported_response_type', "response_type 'token' is not enabled for the application."),
  700054: entry('unsupported_response_type', "response_type 'id_token' is not enabled for the application."),
  700082: entry('invalid_grant', 'The refresh token has expired due to inactivity. The token was inactive for {0}.'),
  700084: entry(
    'invalid_grant',
    'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of {0}, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.'
  ),
  700211: badClient(
    "No matching federated identity record found for presented assertion issuer '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
  ),
  700212: badClient(
    "No matching federated identity record found for presented assertion audience '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
  ),
  700213: badClient(
    "No matching federated identity record found for presented assertion subject '{0}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
  ),
  700229: badClient(
    'Forbidden token type. Only app-only tokens may be used as Federated Identity Credentials for AAD issuer.'
  ),
  900023: entry(
    'invalid_request',
    "Specified tenant identifier '{0}' is neither a valid DNS name, nor a valid external domain."
  ),
  900144: entry('invalid_request', "The request body must contain the following parameter: '{0}'."),
  900561: entry('invalid_request', 'The endpoint only accepts POST, OPTIONS requests. Received a {0} request.', 405),
  900971: entry('invalid_request', 'No reply address provided.'),
  901002: entry('invalid_request', "The 'resource' request parameter is not supported."),
  1002012: entry(
    'invalid_scope',
    'The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).'
  ),
  7000114: entry('unauthorized_client', "Application '{0}' is not allowed to make application on-behalf-of calls."),
  7000215: badClient(
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'."
  ),
  7000216: badClient(
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
  ),
  7000218: badClient("The request body must contain the following parameter: 'client_assertion' or 'client_secret'."),
  7002138: badClient(
    "No matching federated identity record found for presented assertion subject '{0}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
  ),
  9000411: entry('invalid_request', "The request is not properly formatted. The parameter '{0}' is duplicated."),
  9002313: entry('invalid_request', 'Invalid request. Request is malformed or invalid.'),
  9002325: entry(
    'invalid_request',
    'Proof Key for Code Exchange is required for cross-origin authorization code redemption.'
  ),
  9002326: entry(
    'invalid_request',
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{0}'."
  ),
  9002327: entry(
    'invalid_request',
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."
  ),
  9010010: entry(
    'invalid_target',
    "The resource parameter provided in the request doesn't match with the requested scopes."
  )
} as const satisfies Readonly<Record<number, AadstsEntry>>

/** An AADSTS code that the emulator knows. */
export type AadstsCode = keyof typeof aadsts
