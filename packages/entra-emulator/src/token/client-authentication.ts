import type { Application } from '../directory/directory.ts'
import type { Platform } from '../directory/directory-config.ts'
import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'

/** Who says that they call, not yet believed (RFC 6749 section 2.3.1). */
export interface PresentedClient {
  readonly clientId: string
  readonly secret: string | undefined
  readonly hasAssertion: boolean
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    throw new EntraError(9002313)
  }
}

const readBasic = (authorization: string | undefined): readonly [string, string] | undefined => {
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const pair = Buffer.from(encoded, 'base64').toString()
  const colon = pair.indexOf(':')
  return colon < 0 ? undefined : [decode(pair.slice(0, colon)), decode(pair.slice(colon + 1))]
}

/** @throws EntraError 9002313 if a secret is presented in two places. */
export const readPresentedClient = (authorization: string | undefined, parameters: Parameters): PresentedClient => {
  const basic = readBasic(authorization)
  const hasAssertion = parameters.has('client_assertion')
  if (!basic)
    return { clientId: parameters.require('client_id'), secret: parameters.get('client_secret'), hasAssertion }
  const [clientId, secret] = basic
  const other = parameters.get('client_id') ?? clientId
  if (parameters.has('client_secret') || other !== clientId) throw new EntraError(9002313)
  return { clientId, secret, hasAssertion }
}

/** @throws EntraError 700027 for an assertion (no certificate is registered), 7000215 for a wrong secret. */
export const checkSecret = (client: Application, presented: PresentedClient, missing: 7000216 | 7000218): void => {
  if (presented.hasAssertion) throw new EntraError(700027)
  if (presented.secret === undefined) throw new EntraError(missing)
  if (!client.clientSecrets.includes(presented.secret)) throw new EntraError(7000215, client.clientId)
}

/**
 * Authenticates the client as the platform of the redirect URI demands: a secret for `web`, none for the others.
 *
 * @returns what `azpacr` says: 1 for a secret, 0 for a public client.
 * @throws EntraError 7000218, 7000215, 700025 or 700027.
 */
export const authenticateClient = (client: Application, platform: Platform, presented: PresentedClient): '0' | '1' => {
  if (platform !== 'web') {
    if (presented.secret !== undefined || presented.hasAssertion) throw new EntraError(700025)
    return '0'
  }
  checkSecret(client, presented, 7000218)
  return '1'
}
