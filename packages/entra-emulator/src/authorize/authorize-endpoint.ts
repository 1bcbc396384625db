import type { Person } from '../directory/directory.ts'
import type { Tenant } from '../directory/tenant.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { type Answer, methodNotAllowed, pageAnswer } from '../http/answer.ts'
import { Parameters, readForm } from '../http/parameters.ts'
import type { Received } from '../http/received.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { type AuthorizationRequest, readAuthorizationRequest, type RequestOrigin } from './authorization-request.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { interactionLifetime } from './interaction.ts'
import { findPlatform } from './redirect-uri.ts'
import { isResponseMode, readReplyAddress } from './reply-address.ts'
import { replyWithError, withErrorPage } from './reply-with-error.ts'
import { startSession } from './start-session.ts'

const readOrigin = (parameters: Parameters, tenant: Tenant): RequestOrigin => {
  const clientId = parameters.require('client_id')
  const client = tenant.findClient(clientId)
  if (!client) throw new EntraError(700016, clientId, tenant.displayName)
  const redirectUri = parameters.get('redirect_uri')
  if (redirectUri === undefined) throw new EntraError(900971)
  const platform = findPlatform(client, redirectUri)
  if (!platform) throw new EntraError(50011, redirectUri, client.clientId)
  return { tenant, client, platform, replyTo: readReplyAddress(parameters, redirectUri) }
}

const findAutomaticPerson = (emulation: Emulation, { tenant, loginHint }: AuthorizationRequest): Person | undefined => {
  const hinted = emulation.automatic && loginHint !== undefined ? tenant.findSigningIn(loginHint) : undefined
  return hinted ?? (emulation.autoSignIn === undefined ? undefined : tenant.findSigningIn(emulation.autoSignIn))
}

const startSignIn = (emulation: Emulation, request: AuthorizationRequest): Answer => {
  const person = findAutomaticPerson(emulation, request)
  if (person) return completeSignIn(emulation, request, startSession(emulation, person), true)
  if (request.prompt === 'none') throw new EntraError(50058)
  const interaction = emulation.interactions.add({ request, awaits: 'person' }, emulation.now() + interactionLifetime)
  return pageAnswer(200, signInPage(request.tenant, request.client, interaction))
}

/**
 * Answers `/{tenant}/oauth2/v2.0/authorize` (RFC 6749 section 4.1.1). What is wrong with the client or its redirect URI
 * is shown on a page; everything else goes back to the client.
 */
export const answerAuthorize = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method !== 'GET' && received.method !== 'POST') return methodNotAllowed('GET, POST')
  return withErrorPage(emulation, () => {
    const parameters = received.method === 'GET' ? new Parameters(received.query) : readForm(received)
    const origin = readOrigin(parameters, tenant)
    return replyWithError(emulation, { replyTo: origin.replyTo, prompt: parameters.get('prompt') }, () => {
      const mode = parameters.get('response_mode')
      if (mode !== undefined && !isResponseMode(mode)) throw new EntraError(70007, mode)
      return startSignIn(emulation, readAuthorizationRequest(parameters, origin))
    })
  })
}
