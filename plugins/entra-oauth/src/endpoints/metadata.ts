import type { Endpoint, Reply } from '@sluice/plugin-api'
import type { EntraEndpoints } from '../entra/metadata.ts'
import { OAuthFault } from '../oauth-fault.ts'
import type { Server } from '../server.ts'

/** The forms of RFC 8414 section 3.1 and OpenID Connect Discovery section 4: before the path and behind it, since clients try either. */
export const metadataPaths = (path: string): readonly string[] =>
  ['oauth-authorization-server', 'openid-configuration'].flatMap(name => [
    `/.well-known/${name}${path}`,
    `${path}/.well-known/${name}`
  ])

/** Serves the authorization server's metadata, the same document everywhere. */
export const metadataHandler = (server: Server): Endpoint['handle'] => {
  let made: { readonly of: EntraEndpoints; readonly reply: Reply } | undefined
  return () => {
    const { endpoints } = server.metadata
    if (endpoints === undefined) throw new OAuthFault('SLUICE_OAUTH_ENTRA_AWAY')
    if (made?.of !== endpoints) made = { of: endpoints, reply: metadataReply(server, endpoints) }
    return made.reply
  }
}

const metadataReply = ({ settings }: Server, { keys }: EntraEndpoints): Reply => {
  const { issuer, registers, scopes } = settings
  const document = {
    issuer: issuer.url,
    authorization_endpoint: `${issuer.url}/authorize`,
    token_endpoint: `${issuer.url}/token`,
    ...(registers.dcr && { registration_endpoint: `${issuer.url}/register` }),
    ...(registers.cimd && { client_id_metadata_document_supported: true }),
    scopes_supported: scopes.advertised,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: scopes.grantTypes,
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    // What follows OpenID Connect Discovery requires; clients that read its forms refuse a document without. Access tokens are Entra's.
    jwks_uri: keys,
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256']
  }
  return Object.freeze<Reply>({
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'public, max-age=300']
    ],
    body: Buffer.from(JSON.stringify(document))
  })
}
