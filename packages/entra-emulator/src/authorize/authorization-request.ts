import type { Application } from '../directory/directory.ts'
import type { Platform } from '../directory/directory-config.ts'
import type { Tenant } from '../directory/tenant.ts'
import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'
import { checkResource } from '../scopes/check-resource.ts'
import { type RequestedScopes, resolveScopes } from '../scopes/resolve-scopes.ts'
import { readRequestedClaims, type RequestedClaims } from '../tokens/requested-claims.ts'
import { type CodeChallenge, readCodeChallenge } from './pkce.ts'
import type { ReplyAddress } from './reply-address.ts'

/** A valid authorization request (RFC 6749 section 4.1.1). */
export interface AuthorizationRequest {
  readonly tenant: Tenant
  readonly client: Application
  readonly platform: Platform
  readonly replyTo: ReplyAddress
  readonly scopes: RequestedScopes
  readonly codeChallenge: CodeChallenge | undefined
  readonly nonce: string | undefined
  readonly prompt: string | undefined
  readonly loginHint: string | undefined
  readonly requestedClaims: RequestedClaims
}

/** Where a request comes from, checked already. */
export interface RequestOrigin {
  readonly tenant: Tenant
  readonly client: Application
  readonly platform: Platform
  readonly replyTo: ReplyAddress
}

const prompts: ReadonlySet<string> = new Set(['login', 'none', 'consent', 'select_account'])

const checkResponseType = (responseType: string): void => {
  if (responseType === 'code') return
  if (responseType.split(' ').includes('id_token')) throw new EntraError(700054)
  throw responseType === 'token' ? new EntraError(700051) : new EntraError(70005, responseType)
}

/**
 * Validates what remains once the client and its redirect URI are known, so that errors can be redirected.
 *
 * @throws EntraError for whatever Entra refuses.
 */
export const readAuthorizationRequest = (parameters: Parameters, origin: RequestOrigin): AuthorizationRequest => {
  const { tenant, client, platform } = origin
  checkResponseType(parameters.require('response_type'))
  const scope = parameters.require('scope')
  const prompt = parameters.get('prompt')
  if (prompt !== undefined && !prompts.has(prompt)) throw new EntraError(90023)
  const codeChallenge = readCodeChallenge(parameters)
  if (codeChallenge === undefined && platform !== 'web') throw new EntraError(9002325)
  const scopes = resolveScopes(scope, tenant, client)
  checkResource(parameters.get('resource'), scopes.resource, tenant)
  return {
    ...origin,
    scopes,
    codeChallenge,
    prompt,
    nonce: parameters.get('nonce'),
    loginHint: parameters.get('login_hint'),
    requestedClaims: readRequestedClaims(parameters.get('claims'))
  }
}
