import type { Exchange, Reply } from '@sluice/plugin-api'
import { knownBrowser } from '../browser.ts'
import { rememberConsent } from '../consents.ts'
import { readPerson } from '../entra/person.ts'
import { faultOf, readEntraError, textOf } from '../entra/refusal.ts'
import { OAuthFault } from '../oauth-fault.ts'
import { Parameters } from '../parameters.ts'
import { redirect } from '../redirect.ts'
import { withParameters } from '../redirect-uri.ts'
import type { IdentityCheck, SignInState } from '../seals.ts'
import type { Server } from '../server.ts'
import { signInUrl } from '../sign-in-url.ts'

/** RFC 6749 section 4.1.2 wants codes to be short-lived; a client redeems its code at once. */
const CODE_SECONDS = 60
/** Those of Entra have 1 to 3 kB. */
const CODE = /^[!-~]{1,5000}$/

/** Where Entra sends the browser back to, with a code or an error: only the browser that began gets on from here. */
export const callback = async (x: Exchange, server: Server): Promise<Reply> => {
  const { seals } = server
  const parameters = new Parameters(x.query)
  const sealed = parameters.require('state')
  const browser = knownBrowser(x)
  if (browser === undefined) throw new OAuthFault('SLUICE_OAUTH_BROWSER')
  const state = seals.open('state', browser, sealed)
  if (state !== undefined) {
    server.clients.demand(state.client, state.redirect)
    return server.redirectingFaults(x, state, async () => giveCode(state, readCode(parameters, server), server))
  }
  const identity = seals.open('identity', browser, sealed)
  if (identity === undefined) throw new OAuthFault('SLUICE_OAUTH_BROWSER')
  const { request } = identity
  server.clients.demand(request.client, request.redirect)
  return server.redirectingFaults(x, request, () =>
    remember(x, browser, identity, readCode(parameters, server), server)
  )
}

/** Entra's code. @throws OAuthFault for an error in its place */
const readCode = (parameters: Parameters, server: Server): string => {
  // RFC 9207 section 2.4. Entra sends none yet; one that comes must be the tenant's.
  const issuer = parameters.get('iss')
  if (issuer !== undefined && issuer !== server.metadata.endpoints?.issuer) throw new OAuthFault('SLUICE_OAUTH_ISSUER')
  const code = parameters.get('code')
  if (code === undefined) throw refusalOf(parameters, server)
  if (!CODE.test(code)) throw new OAuthFault('SLUICE_OAUTH_REQUEST', 'This is no code of Entra.')
  return code
}

const refusalOf = (parameters: Parameters, { sparingLog }: Server): OAuthFault => {
  const said = readEntraError(parameters.require('error'), parameters.get('error_description'))
  const fault = faultOf(said, 'authorize')
  // Whoever has begun a sign-in can bring whatever error they like: what is certain is said at the token endpoint.
  if (fault.code === 'SLUICE_OAUTH_ENTRA_SETUP')
    sparingLog.warn(
      { code: fault.code, aadsts: said.aadsts },
      `a browser says that Entra refuses the gateway: ${textOf(said)}`
    )
  return fault
}

/** Entra's code, sealed for the client with all that it is to be checked against. */
const giveCode = (state: SignInState, entra: string, { seals, settings }: Server): Reply => {
  const { client, redirect: to, challenge, scopes, verifier, person } = state
  const code = seals.seal('code', client, { entra, verifier, redirect: to, challenge, scopes, person }, CODE_SECONDS)
  return redirect(withParameters(to, { code, state: state.state, iss: settings.issuer.url }))
}

/** Notes in the browser who allowed what, and goes on to the sign-in for the client. */
const remember = async (
  x: Exchange,
  browser: string,
  { request, verifier, nonce }: IdentityCheck,
  code: string,
  server: Server
): Promise<Reply> => {
  const { entra, settings } = server
  const { idToken } = await entra.redeem(code, verifier, settings.issuer.callback)
  const person = readPerson(idToken, { ...server.expectedIdToken(), nonce })
  // The person has just been asked to sign in, as the client wanted.
  const next = { ...request, prompt: undefined, loginHint: person.hint ?? request.loginHint }
  return redirect(signInUrl(next, browser, server, person.id), [rememberConsent(x, request, person, server)])
}
