import { randomUUID } from 'node:crypto'
import { demandStep } from '../conditional-access/demand-step.ts'
import { findDemands } from '../conditional-access/policies.ts'
import type { Person } from '../directory/directory.ts'
import type { Emulation } from '../emulation.ts'
import { EntraError } from '../entra-error.ts'
import { type Answer, pageAnswer } from '../http/answer.ts'
import { consentPage } from '../pages/consent-page.ts'
import { stepPage } from '../pages/step-page.ts'
import { checkAssignment } from '../scopes/check-assignment.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import { codeLifetime } from './authorization-code.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { interactionLifetime } from './interaction.ts'
import { replyTo } from './reply-address.ts'

const askConsent = (emulation: Emulation, request: AuthorizationRequest, signIn: SignIn, missing: string[]): Answer => {
  const { tenant, client, scopes } = request
  const expiresAt = emulation.now() + interactionLifetime
  const interaction = emulation.interactions.add({ request, awaits: 'consent', signIn }, expiresAt)
  const permissions = missing.length > 0 ? missing : scopes.permissions
  const question = { tenant, client, person: signIn.person, resource: scopes.resource, permissions, interaction }
  return pageAnswer(200, consentPage(question))
}

/** Sends the client its code. */
export const sendCode = (emulation: Emulation, request: AuthorizationRequest, signIn: SignIn): Answer => {
  const { client, scopes } = request
  // All of them, whichever were asked for.
  const permissions = [...emulation.consents.granted(signIn.person, client, scopes.resource)]
  const code = { request, signIn, permissions, redeemed: false }
  const values = { code: emulation.codes.add(code, emulation.now() + codeLifetime), session_state: randomUUID() }
  return replyTo(request.replyTo, values)
}

/** @throws EntraError 65001 if consent is missing and cannot be asked, 90094 if only an administrator can give it. */
const checkConsent = (emulation: Emulation, request: AuthorizationRequest, person: Person): string[] => {
  const { tenant, client, scopes, prompt } = request
  const { resource } = scopes
  const missing = emulation.consents.missing(person, client, resource, scopes.permissions)
  const nothingGranted = scopes.isDefault && emulation.consents.granted(person, client, resource).size === 0
  if (nothingGranted || (missing.length > 0 && prompt === 'none')) {
    throw new EntraError(65001, client.clientId, client.displayName)
  }
  const isForAdministrators = resource.oauth2PermissionScopes.some(
    ({ value, type }) => type === 'Admin' && missing.includes(value)
  )
  if (isForAdministrators && !person.administrator) throw new EntraError(90094, tenant.displayName, client.displayName)
  return missing
}

const finishSignIn = (
  emulation: Emulation,
  request: AuthorizationRequest,
  signIn: SignIn,
  automatically: boolean
): Answer => {
  const missing = checkConsent(emulation, request, signIn.person)
  // Nobody is there to confirm a consent that was given before; one that never was given is not made up.
  const confirm = request.prompt === 'consent' && !automatically
  return missing.length > 0 || confirm
    ? askConsent(emulation, request, signIn, missing)
    : sendCode(emulation, request, signIn)
}

/**
 * Goes on when it is known who signed in: to the step that a policy demands, to the consent page, or back to the client.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const completeSignIn = (
  emulation: Emulation,
  request: AuthorizationRequest,
  signIn: SignIn,
  automatically: boolean
): Answer => {
  const { tenant, client, scopes, requestedClaims, prompt } = request
  const { person } = signIn
  checkAssignment(person, client)
  checkAssignment(person, scopes.resource)
  const access = { tenant, person, resource: scopes.resource, requestedClaims }
  if (prompt === 'none') demandStep(access, signIn, { error: 'interaction_required' })
  const done = findDemands(access).length === 0 || signIn.multifactor
  if (done) return finishSignIn(emulation, request, signIn, automatically)
  if (automatically) return finishSignIn(emulation, request, { ...signIn, multifactor: true }, true)
  const expiresAt = emulation.now() + interactionLifetime
  const interaction = emulation.interactions.add({ request, awaits: 'step', signIn }, expiresAt)
  return pageAnswer(200, stepPage(tenant, person, interaction))
}
