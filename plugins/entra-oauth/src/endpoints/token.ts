import type { Exchange, Reply } from '@sluice/plugin-api'
import type { EntraTokens } from '../entra/token-endpoint.ts'
import { readPerson } from '../entra/person.ts'
import { OAuthFault } from '../oauth-fault.ts'
import { Parameters } from '../parameters.ts'
import { fitsChallenge } from '../pkce.ts'
import type { GrantedRefresh } from '../seals.ts'
import type { Server } from '../server.ts'

/** The token endpoint (RFC 6749 section 3.2): everything is checked here before Entra is asked. */
export const token = async (x: Exchange, body: Buffer, server: Server): Promise<Reply> => {
  const parameters = new Parameters(body.toString('utf8'))
  const client = parameters.require('client_id')
  demandPublicClient(x, parameters)
  server.settings.resources.demand(parameters)
  server.clients.demandClient(client)
  const grant = parameters.require('grant_type')
  if (grant === 'authorization_code') return redeem(client, parameters, server)
  if (grant === 'refresh_token') return refresh(client, parameters, server)
  throw new OAuthFault('SLUICE_OAUTH_GRANT_TYPE')
}

/** No client has a secret here, and one that comes all the same was meant for somebody else. */
const demandPublicClient = ({ headers }: Exchange, parameters: Parameters): void => {
  if (headers.authorization !== undefined || ['client_secret', 'client_assertion'].some(name => parameters.get(name)))
    throw new OAuthFault('SLUICE_OAUTH_REQUEST', 'Clients have no secret here: token_endpoint_auth_method is none.')
}

const redeem = async (client: string, parameters: Parameters, server: Server): Promise<Reply> => {
  const { seals, entra, settings } = server
  const granted = seals.open('code', client, parameters.require('code'))
  const redirect = parameters.require('redirect_uri')
  const verifier = parameters.require('code_verifier')
  if (granted === undefined || granted.redirect !== redirect || !fitsChallenge(verifier, granted.challenge))
    throw new OAuthFault('SLUICE_OAUTH_GRANT')
  demandAllowed(client, granted.redirect, server)
  const tokens = await entra.redeem(granted.entra, granted.verifier, settings.issuer.callback)
  const { person } = granted
  // Nobody was asked, since this person had been; whoever else signed in has to be.
  if (person !== undefined && readPerson(tokens.idToken, server.expectedIdToken()).id !== person)
    throw new OAuthFault('SLUICE_OAUTH_OTHER_PERSON')
  return tokenReply(client, tokens, granted, server)
}

/** Entra wants to be told the scopes at each refresh (AADSTS90009), and clients leave them out. */
const refresh = async (client: string, parameters: Parameters, server: Server): Promise<Reply> => {
  const { seals, entra, settings } = server
  const granted = seals.open('refresh', client, parameters.require('refresh_token'))
  if (granted === undefined || !settings.scopes.givesRefreshTokens) throw new OAuthFault('SLUICE_OAUTH_GRANT')
  demandAllowed(client, granted.redirect, server)
  const scopes = settings.scopes.narrow(parameters.get('scope'), granted.scopes)
  const tokens = await entra.refresh(granted.entra, [...scopes, 'offline_access'])
  return tokenReply(client, tokens, granted, server)
}

/** An address that the operator has taken away since ends what was sent there, and the client is told to sign in again. */
const demandAllowed = (client: string, redirect: string, { clients }: Server): void => {
  try {
    clients.demand(client, redirect)
  } catch (error) {
    throw error instanceof OAuthFault ? new OAuthFault('SLUICE_OAUTH_GRANT') : error
  }
}

/** RFC 6749 section 5.1, and nothing else of Entra's answer: no ID token, which is for the gateway's own application. */
const tokenReply = (
  client: string,
  tokens: EntraTokens,
  { redirect, scopes }: Pick<GrantedRefresh, 'redirect' | 'scopes'>,
  { seals, settings }: Server
): Reply => {
  const { accessToken, expiresIn, scope } = tokens
  const carried = scope === undefined ? scopes : settings.scopes.among(scope)
  // Clients send back at a refresh what they read here.
  const granted = settings.scopes.supported.filter(name => scopes.includes(name) || carried.includes(name))
  const refreshToken = settings.scopes.givesRefreshTokens ? tokens.refreshToken : undefined
  const document = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    scope: carried.join(' '),
    ...(refreshToken !== undefined && {
      refresh_token: seals.seal('refresh', client, { entra: refreshToken, redirect, scopes: granted })
    })
  }
  return {
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store']
    ],
    body: JSON.stringify(document)
  }
}
