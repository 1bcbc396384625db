import { randomUUID } from 'node:crypto'
import type { Person } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { type Answer, pageAnswer } from '../http/answer.ts'
import { consentPage } from '../pages/consent-page.ts'
import { rolesOfPerson } from '../tokens/role-claims.ts'
import { codeLifetime } from './authorization-code.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { interactionLifetime } from './interaction.ts'
import { replyTo } from './reply-address.ts'

const checkAssignment = ({ client, scopes }: AuthorizationRequest, person: Person): void => {
  for (const application of [client, scopes.resource]) {
    if (!application.appRoleAssignmentRequired || rolesOfPerson(person, application)) continue
    throw new EntraError(50105, application.displayName, application.clientId, person.upn)
  }
}

const askConsent = (emulation: Emulation, request: AuthorizationRequest, person: Person, missing: string[]): Answer => {
  const { tenant, client, scopes } = request
  const interaction = emulation.interactions.add({ request, person }, emulation.now() + interactionLifetime)
  const permissions = missing.length > 0 ? missing : scopes.permissions
  const question = { tenant, client, person, resource: scopes.resource, permissions, interaction }
  return pageAnswer(200, consentPage(question))
}

/** Sends the client its code. */
export const sendCode = (emulation: Emulation, request: AuthorizationRequest, person: Person): Answer => {
  const { client, scopes } = request
  const granted = [...emulation.consents.granted(person, client, scopes.resource)]
  const permissions = scopes.isDefault ? granted : scopes.permissions
  const now = emulation.now()
  const code = { request, person, permissions, authTime: now, redeemed: false }
  const values = { code: emulation.codes.add(code, now + codeLifetime), session_state: randomUUID() }
  return replyTo(request.replyTo, values)
}

/**
 * Goes on when it is known who signed in: to the consent page, or back to the client.
 *
 * @throws EntraError 50105 if the person is not assigned, 65001 if consent is missing and cannot be asked.
 */
export const completeSignIn = (
  emulation: Emulation,
  request: AuthorizationRequest,
  person: Person,
  automatically: boolean
): Answer => {
  const { client, scopes, prompt } = request
  checkAssignment(request, person)
  const missing = emulation.consents.missing(person, client, scopes.resource, scopes.permissions)
  const nothingGranted = scopes.isDefault && emulation.consents.granted(person, client, scopes.resource).size === 0
  if (nothingGranted || (missing.length > 0 && prompt === 'none')) {
    throw new EntraError(65001, client.clientId, client.displayName)
  }
  // Nobody is there to confirm a consent that was given before; one that never was given is not made up.
  const confirm = prompt === 'consent' && !automatically
  return missing.length > 0 || confirm
    ? askConsent(emulation, request, person, missing)
    : sendCode(emulation, request, person)
}
