import type { Exchange, Reply } from '@sluice/plugin-api'
import { browserOf } from '../browser.ts'
import type { Client } from '../clients/client.ts'
import { demandRedirect } from '../clients/clients.ts'
import { OAuthFault } from '../oauth-fault.ts'
import { consentPage } from '../pages/consent-page.ts'
import { isMemorable, type UsedConsent, useConsent } from '../consents.ts'
import { parseObject } from '../json-object.ts'
import { Parameters } from '../parameters.ts'
import { readChallenge } from '../pkce.ts'
import type { PendingRequest } from '../seals.ts'
import { redirect } from '../redirect.ts'
import type { Server } from '../server.ts'
import { signInUrl } from '../sign-in-url.ts'

/** How long a consent page may stay open. */
const CONSENT_SECONDS = 600
/** Bytes. They travel in URLs, sealed, and some of them percent-encoded besides, through servers that take 16 KiB. */
const MAX_BYTES = { state: 1024, claims: 1024, login_hint: 320, domain_hint: 253 }
const PROMPTS = new Set(['none', 'login', 'select_account'])

/** The authorization endpoint (RFC 6749 section 3.1): checks a client's request, and asks the person before Entra is asked anything. */
export const authorize = async (x: Exchange, server: Server): Promise<Reply> => {
  const parameters = new Parameters(x.query)
  const client = await server.clients.find(parameters.require('client_id'))
  const back = { redirect: demandRedirect(client, parameters.require('redirect_uri')), state: parameters.get('state') }
  // From here on it is known whom to tell.
  return server.redirectingFaults(x, back, async () => {
    const request = readRequest(parameters, client, back, server)
    const remembered = useConsent(x, request, server)
    if (remembered !== undefined) return signInAs(x, request, remembered, server)
    if (request.prompt === 'none') throw new OAuthFault('SLUICE_OAUTH_INTERACTION')
    return askConsent(x, client, request, server)
  })
}

const readRequest = (
  parameters: Parameters,
  client: Client,
  back: Pick<PendingRequest, 'redirect' | 'state'>,
  { settings }: Server
): PendingRequest => {
  demandFitting(parameters)
  settings.resources.demand(parameters)
  for (const name of ['request', 'request_uri'])
    if (parameters.get(name) !== undefined)
      throw new OAuthFault('SLUICE_OAUTH_REQUEST', `The parameter ${name} is not served.`, `${name}_not_supported`)
  if (parameters.require('response_type') !== 'code' || (parameters.get('response_mode') ?? 'query') !== 'query')
    throw new OAuthFault('SLUICE_OAUTH_RESPONSE_TYPE')
  const prompt = parameters.get('prompt')
  return {
    ...back,
    client: client.id,
    challenge: readChallenge(parameters),
    ...settings.scopes.read(parameters.get('scope')),
    // `consent` would ask for what the administrator has granted already, and most people may not grant it themselves.
    prompt: settings.prompt !== 'client' ? settings.prompt : PROMPTS.has(prompt ?? '') ? prompt : undefined,
    claims: readClaims(parameters.get('claims')),
    loginHint: parameters.get('login_hint'),
    domainHint: parameters.get('domain_hint')
  }
}

/** @throws OAuthFault for what is too long, or has characters that are not written (RFC 6749 appendix A.5) */
const demandFitting = (parameters: Parameters): void => {
  for (const [name, max] of Object.entries(MAX_BYTES)) {
    const value = parameters.get(name) ?? ''
    if (Buffer.byteLength(value) > max)
      throw new OAuthFault('SLUICE_OAUTH_REQUEST', `${name} is longer than ${max} bytes.`)
    if (/\p{Cc}/u.test(value)) throw new OAuthFault('SLUICE_OAUTH_REQUEST', `${name} has control characters.`)
  }
}

/** The `claims` parameter (OpenID Connect Core section 5.5). @throws OAuthFault for anything but a JSON object */
const readClaims = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  const value = parseObject(text)
  if (value === undefined) throw new OAuthFault('SLUICE_OAUTH_REQUEST', 'claims is no JSON object.')
  return JSON.stringify(value)
}

/** Straight to Entra: this person has allowed exactly this before. */
const signInAs = (x: Exchange, request: PendingRequest, { consent, field }: UsedConsent, server: Server): Reply => {
  const browser = browserOf(x)
  const hinted = { ...request, loginHint: request.loginHint ?? consent.hint }
  return redirect(signInUrl(hinted, browser.id, server, consent.person), [browser.field, field])
}

const askConsent = (x: Exchange, client: Client, request: PendingRequest, server: Server): Reply => {
  const { issuer, scopes, server: name } = server.settings
  const browser = browserOf(x)
  const question = {
    client,
    redirect: request.redirect,
    // To Entra all clients are one application, and a token carries what that was granted, asked for or not.
    scopes: scopes.supported,
    offline: request.offline,
    server: name,
    memorable: isMemorable(request.redirect),
    action: `${issuer.path}/consent`,
    request: server.seals.seal('request', browser.id, request, CONSENT_SECONDS)
  }
  return consentPage(question, [browser.field])
}
