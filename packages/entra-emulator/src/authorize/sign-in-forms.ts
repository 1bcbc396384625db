import type { Tenant } from '../directory/tenant.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { type Answer, methodNotAllowed } from '../http/answer.ts'
import { type Parameters, readForm } from '../http/parameters.ts'
import type { Received } from '../http/received.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { completeSignIn, sendCode } from './complete-sign-in.ts'
import type { Interaction } from './interaction.ts'
import { replyWithError, withErrorPage } from './reply-with-error.ts'
import { startSession } from './start-session.ts'

const takeInteraction = (
  emulation: Emulation,
  tenant: Tenant,
  parameters: Parameters,
  awaits: Interaction['awaits']
): Interaction => {
  const id = parameters.get('interaction') ?? ''
  const stored = emulation.interactions.find(id)
  const { request, awaits: awaited } = stored?.value ?? {}
  if (!stored || stored.expiresAt <= emulation.now() || request?.tenant !== tenant || awaited !== awaits) {
    throw new EntraError(165000)
  }
  emulation.interactions.delete(id)
  return stored.value
}

const takeSignedIn = (
  emulation: Emulation,
  tenant: Tenant,
  parameters: Parameters,
  awaits: 'step' | 'consent'
): [AuthorizationRequest, SignIn] => {
  const { request, signIn } = takeInteraction(emulation, tenant, parameters, awaits)
  if (!signIn) throw new EntraError(165000)
  return [request, signIn]
}

/** Answers the form of the sign-in page at `/{tenant}/login`. */
export const answerLogin = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method !== 'POST') return methodNotAllowed('POST')
  return withErrorPage(emulation, () => {
    const parameters = readForm(received)
    const person = tenant.findSigningIn(parameters.require('person'))
    if (!person) throw new EntraError(165000)
    const { request } = takeInteraction(emulation, tenant, parameters, 'person')
    const signIn = startSession(emulation, person)
    return replyWithError(emulation, request, () => completeSignIn(emulation, request, signIn, false))
  })
}

/** Answers the form of the page for a further step at `/{tenant}/step`. */
export const answerStep = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method !== 'POST') return methodNotAllowed('POST')
  return withErrorPage(emulation, () => {
    const [request, signIn] = takeSignedIn(emulation, tenant, readForm(received), 'step')
    const stronger = { ...signIn, multifactor: true }
    return replyWithError(emulation, request, () => completeSignIn(emulation, request, stronger, false))
  })
}

/** Answers the form of the consent page at `/{tenant}/consent`. */
export const answerConsent = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method !== 'POST') return methodNotAllowed('POST')
  return withErrorPage(emulation, () => {
    const parameters = readForm(received)
    const [request, signIn] = takeSignedIn(emulation, tenant, parameters, 'consent')
    return replyWithError(emulation, request, () => {
      if (parameters.get('decision') !== 'accept') throw new EntraError(65004)
      const { client, scopes } = request
      emulation.consents.give(signIn.person, client, scopes.resource, scopes.permissions)
      return sendCode(emulation, request, signIn)
    })
  })
}
