import type { Reply } from '@sluice/plugin-api'
import type { RegisteredClients } from '../clients/registered-clients.ts'
import { parseObject } from '../json-object.ts'
import { OAuthFault } from '../oauth-fault.ts'
import type { Server } from '../server.ts'

/** The client registration endpoint (RFC 7591 section 3). Nothing is kept: whoever floods it only burns time of their own limit. */
export const register = async (
  body: Buffer,
  registered: RegisteredClients,
  { settings, runtime }: Server
): Promise<Reply> => {
  const { id, name, redirects } = registered.register(parse(body))
  const document = {
    client_id: id,
    client_id_issued_at: Math.floor(runtime.now() / 1000),
    client_name: name,
    redirect_uris: redirects,
    // Whatever was asked for (RFC 7591 section 2): a secret would be one more thing to keep.
    token_endpoint_auth_method: 'none',
    grant_types: settings.scopes.grantTypes,
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
  const value = parseObject(body.toString('utf8'))
  if (value === undefined) throw new OAuthFault('SLUICE_OAUTH_REGISTRATION', 'The body is no JSON object.')
  return value
}
