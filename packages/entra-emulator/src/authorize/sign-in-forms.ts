import type { Tenant } from '../directory/tenant.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { type Answer, methodNotAllowed } from '../http/answer.ts'
import { type Parameters, readForm } from '../http/parameters.ts'
import type { Received } from '../http/received.ts'
import { completeSignIn, sendCode } from './complete-sign-in.ts'
import type { Interaction } from './interaction.ts'
import { replyWithError, withErrorPage } from './reply-with-error.ts'

const takeInteraction = (emulation: Emulation, tenant: Tenant, parameters: Parameters): Interaction => {
  const id = parameters.get('interaction') ?? ''
  const stored = emulation.interactions.find(id)
  if (!stored || stored.expiresAt <= emulation.now() || stored.value.request.tenant !== tenant) {
    throw new EntraError(165000)
  }
  emulation.interactions.delete(id)
  return stored.value
}

/** Answers the form of the sign-in page at `/{tenant}/login`. */
export const answerLogin = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method !== 'POST') return methodNotAllowed('POST')
  return withErrorPage(emulation, () => {
    const parameters = readForm(received)
    const person = tenant.findPerson(parameters.require('person'))
    if (!person) throw new EntraError(165000)
    const { request } = takeInteraction(emulation, tenant, parameters)
    return replyWithError(emulation, request.replyTo, () => completeSignIn(emulation, request, person, false))
  })
}

/** Answers the form of the consent page at `/{tenant}/consent`. */
export const answerConsent = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method !== 'POST') return methodNotAllowed('POST')
  return withErrorPage(emulation, () => {
    const parameters = readForm(received)
    const { request, person } = takeInteraction(emulation, tenant, parameters)
    if (!person) throw new EntraError(165000)
    return replyWithError(emulation, request.replyTo, () => {
      if (parameters.get('decision') !== 'accept') throw new EntraError(65004)
      const { client, scopes } = request
      emulation.consents.give(person, client, scopes.resource, scopes.permissions)
      return sendCode(emulation, request, person)
    })
  })
}
