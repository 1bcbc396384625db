import { EntraError } from '../entra-error.ts'
import type { Parameters } from '../http/parameters.ts'

/** Who says that they call, not yet believed (RFC 6749 section 2.3.1). */
export interface PresentedClient {
  readonly clientId: string
  readonly secret: string | undefined
  /** A signed JWT in place of a secret (RFC 7523 section 2.2). */
  readonly assertion: string | undefined
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
  const assertion = parameters.has('client_assertion') ? (parameters.get('client_assertion') ?? '') : undefined
  if (!basic) {
    return { clientId: parameters.require('client_id'), secret: parameters.get('client_secret'), assertion }
  }
  const [clientId, secret] = basic
  const other = parameters.get('client_id') ?? clientId
  if (parameters.has('client_secret') || other !== clientId) throw new EntraError(9002313)
  return { clientId, secret, assertion }
}
