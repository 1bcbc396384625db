import { KeyObject, sign } from 'node:crypto'
import type { OpenIdProvider, ProviderKey } from './open-id-provider.ts'

export type Json = Record<string, unknown>

export const tenant = '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44'
export const otherTenant = '11111111-2222-4333-8444-555555555555'
export const api = 'b92d6e60-86ff-4359-b971-04404fe079ec'
export const apiUri = 'https://mcp.contoso.example/mcp'
export const client = 'aebc6443-996d-45c2-90f0-388ff96faa56'
export const person = '0f7c7a10-54c3-4d0a-8f6b-1f1f0e2b9a01'

/** A part of a token. */
export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Writes a compact JWS with any header and any payload, signed with RS256 whatever the header says. */
export function writeToken(header: unknown, payload: unknown, key: ProviderKey): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${sign('sha256', Buffer.from(input), KeyObject.from(key.privateKey)).toString('base64url')}`
}

export const headerOf = (key: ProviderKey, extra: Json = {}): Json => ({
  typ: 'JWT',
  alg: 'RS256',
  kid: key.kid,
  ...extra
})

/** Claims of a person's version 2 access token; `undefined` takes a claim away. */
export function userClaims(provider: OpenIdProvider, now: number, extra: Json = {}): Json {
  const seconds = Math.floor(now / 1000)
  return {
    aud: api,
    iss: provider.issuer('2.0'),
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    azp: client,
    name: 'Ada Lovelace',
    oid: person,
    preferred_username: 'ada@contoso.example',
    scp: 'mcp_access tools.read',
    sub: 'pairwise-subject',
    tid: provider.tenant,
    uti: 'AAAAAAAAAAAAAAAAAAAAAA',
    ver: '2.0',
    ...extra
  }
}

/** The same of a version 1 token. */
export const v1Claims = (provider: OpenIdProvider, now: number, extra: Json = {}): Json =>
  userClaims(provider, now, {
    iss: provider.issuer('1.0'),
    ver: '1.0',
    appid: client,
    azp: undefined,
    preferred_username: undefined,
    unique_name: 'ada@contoso.example',
    ...extra
  })

/** Claims of an application's own version 2 token. */
export const appClaims = (provider: OpenIdProvider, now: number, extra: Json = {}): Json =>
  userClaims(provider, now, {
    idtyp: 'app',
    name: undefined,
    preferred_username: undefined,
    scp: undefined,
    sub: person,
    roles: ['Mcp.Call'],
    ...extra
  })
