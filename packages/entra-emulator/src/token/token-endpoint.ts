import type { Tenant } from '../directory/tenant.ts'
import type { Emulation } from '../emulation.ts'
import { describeError, EntraError } from '../entra-error.ts'
import { type Answer, jsonAnswer } from '../http/answer.ts'
import { type Parameters, readForm } from '../http/parameters.ts'
import type { Received } from '../http/received.ts'
import { redeemCode } from './authorization-code-grant.ts'
import { grantAgentUser } from './agent-user-grant.ts'
import { grantClientCredentials } from './client-credentials-grant.ts'
import { grantOnBehalfOf } from './on-behalf-of-grant.ts'
import { readPresentedClient } from './presented-client.ts'
import { refresh } from './refresh-token-grant.ts'
import type { TokenRequest } from './token-request.ts'
import type { TokenResponse } from './token-response.ts'

type Grant = (emulation: Emulation, request: TokenRequest) => TokenResponse

const grants: ReadonlyMap<string, Grant> = new Map([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  ['client_credentials', grantClientCredentials],
  ['urn:ietf:params:oauth:grant-type:jwt-bearer', grantOnBehalfOf],
  ['user_fic', grantAgentUser]
])

const preflightHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, OPTIONS',
  'access-control-allow-headers': 'content-type'
}

const isSinglePage = (emulation: Emulation, parameters: Parameters): boolean => {
  const code = emulation.codes.find(parameters.get('code') ?? '')?.value.request
  const refreshToken = emulation.refreshTokens.find(parameters.get('refresh_token') ?? '')?.value
  return (code ?? refreshToken)?.platform === 'spa'
}

const grantTokens = (emulation: Emulation, tenant: Tenant, received: Received, form: Parameters): TokenResponse => {
  const grantType = form.require('grant_type')
  const grant = grants.get(grantType)
  if (!grant) throw new EntraError(70003, grantType)
  const presented = readPresentedClient(received.headers.authorization, form)
  const client = tenant.findClient(presented.clientId)
  if (!client) throw new EntraError(700016, presented.clientId, tenant.displayName)
  return grant(emulation, { tenant, client, presented, parameters: form, origin: received.headers.origin })
}

/** Answers an error of the token endpoint (RFC 6749 section 5.2). */
export const answerTokenError = (emulation: Emulation, error: EntraError, headers: Record<string, string>): Answer => {
  const body = describeError(error, emulation.endpoints.authority, emulation.now())
  return { ...jsonAnswer(error.status, body, headers), code: error.code }
}

/** Answers `/{tenant}/oauth2/v2.0/token` (RFC 6749 section 3.2). Only single-page apps may read the answer across origins. */
export const answerToken = (emulation: Emulation, tenant: Tenant, received: Received): Answer => {
  if (received.method === 'OPTIONS') return jsonAnswer(200, {}, preflightHeaders)
  let headers: Record<string, string> = {}
  try {
    if (received.method !== 'POST') {
      headers = { allow: 'POST, OPTIONS' }
      throw new EntraError(900561, received.method)
    }
    const form = readForm(received)
    if (isSinglePage(emulation, form)) headers = { 'access-control-allow-origin': '*' }
    return jsonAnswer(200, grantTokens(emulation, tenant, received, form), headers)
  } catch (error) {
    if (!(error instanceof EntraError)) throw error
    return answerTokenError(emulation, error, headers)
  }
}
