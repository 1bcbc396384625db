import type { Exchange, Reply } from '@sluice/plugin-api'
import { knownBrowser } from '../browser.ts'
import { faultOf, readEntraError, textOf } from '../entra/refusal.ts'
import { OAuthFault } from '../oauth-fault.ts'
import { Parameters } from '../parameters.ts'
import { withParameters } from '../redirect-uri.ts'
import type { SignInState } from '../seals.ts'
import type { Server } from '../server.ts'

/** RFC 6749 section 4.1.2 wants codes to be short-lived; a client redeems its code at once. */
const CODE_SECONDS = 60

/** Where Entra sends the browser back to, with a code or an error: only the browser that began gets on from here. */
export const callback = async (x: Exchange, server: Server): Promise<Reply> => {
  const parameters = new Parameters(x.query)
  const sealed = parameters.require('state')
  const browser = knownBrowser(x)
  const state = browser === undefined ? undefined : server.seals.open('state', browser, sealed)
  if (state === undefined) throw new OAuthFault('SLUICE_OAUTH_BROWSER')
  return server.redirectingFaults(x, state, async () => {
    demandIssuer(parameters, server)
    server.clients.demand(state.client)
    const code = parameters.get('code')
    if (code === undefined) throw refusalOf(parameters, server)
    return redirectWithCode(state, code, server)
  })
}

/** RFC 9207 section 2.4. Entra sends none yet; one that comes must be the tenant's. */
const demandIssuer = (parameters: Parameters, { metadata }: Server): void => {
  const issuer = parameters.get('iss')
  if (issuer !== undefined && issuer !== metadata.endpoints?.issuer) throw new OAuthFault('SLUICE_OAUTH_ISSUER')
}

const refusalOf = (parameters: Parameters, { log }: Server): OAuthFault => {
  const said = readEntraError(parameters.require('error'), parameters.get('error_description'))
  const fault = faultOf(said, 'authorize')
  if (fault.code === 'SLUICE_OAUTH_ENTRA_SETUP')
    log.error({ code: fault.code, aadsts: said.aadsts }, `Entra refuses the gateway: ${textOf(said)}`)
  return fault
}

const redirectWithCode = (state: SignInState, entra: string, { seals, settings }: Server): Reply => {
  const { client, redirect, challenge, scopes, verifier } = state
  const code = seals.seal('code', client, { entra, verifier, redirect, challenge, scopes }, CODE_SECONDS)
  const location = withParameters(redirect, { code, state: state.state, iss: settings.issuer.url })
  return {
    status: 302,
    headers: [
      ['location', location],
      ['cache-control', 'no-store'],
      ['referrer-policy', 'no-referrer']
    ]
  }
}
