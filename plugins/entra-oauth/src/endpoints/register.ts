import type { Reply } from '@sluice/plugin-api'
import type { RegisteredClients } from '../clients/registered-clients.ts'
import { OAuthFault } from '../oauth-fault.ts'

/** The client registration endpoint (RFC 7591 section 3). Nothing is kept: whoever floods it only burns time of their own limit. */
export const register = async (body: Buffer, registered: RegisteredClients, now: number): Promise<Reply> => {
  const { id, name, redirects } = registered.register(parse(body))
  const document = {
    client_id: id,
    client_id_issued_at: Math.floor(now / 1000),
    client_name: name,
    redirect_uris: redirects,
    // Whatever was asked for (RFC 7591 section 2): a secret would be one more thing to keep.
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code']
  }
  return {
    status: 201,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store']
    ],
    body: JSON.stringify(document)
  }
}

const parse = (body: Buffer): Record<string, unknown> => {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    value = undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OAuthFault('SLUICE_OAUTH_REGISTRATION', 'The body is no JSON object.')
  return value as Record<string, unknown>
}
