import { isLoopback } from '@sluice/plugin-api'
import { isObject } from '../claims.ts'
import { fetchJson } from '../fetch-json.ts'
import { isGuid } from './guid.ts'
import type { Runtime } from '../runtime.ts'

/** Version of an Entra token: that of the API's registration, whatever endpoint the client used. */
export type TokenVersion = '1.0' | '2.0'

/** Whose keys: one version of one tenant at one authority. */
export interface KeySetAddress {
  readonly authority: string
  /** Lower case. */
  readonly tenant: string
  readonly version: TokenVersion
}

/** What a tenant publishes about itself (OpenID Connect Discovery 1.0 section 3). */
export interface Metadata {
  /** `iss` of its tokens. Never made from the authority: External ID and version 1 tokens have other hosts. */
  readonly issuer: string
  readonly jwksUri: URL
}

/**
 * Reads a tenant's metadata document.
 *
 * @throws Error if there is none, or if it speaks for another tenant or of keys that are not fetched safely.
 */
export async function discover(address: KeySetAddress, runtime: Runtime, signal: AbortSignal): Promise<Metadata> {
  const { authority, tenant, version } = address
  const url = `${authority}/${tenant}${version === '2.0' ? '/v2.0' : ''}/.well-known/openid-configuration`
  const document = await fetchJson(url, runtime, signal)
  if (!isObject(document) || typeof document.issuer !== 'string' || typeof document.jwks_uri !== 'string') {
    throw new Error(`${url} has no issuer or no jwks_uri`)
  }
  const issuer = fillTenant(document.issuer, tenant)
  if (tenantOf(issuer) !== tenant) throw new Error(`${url} is the metadata of another tenant`)
  return { issuer, jwksUri: readJwksUri(document.jwks_uri, new URL(authority), url) }
}

/** Replaces the placeholder of an issuer template, in any case, by a tenant. */
export const fillTenant = (issuer: string, tenant: string): string => issuer.replace(/\{tenantid\}/gi, tenant)

/** The tenant segment of an issuer's path, in lower case. */
export const tenantOf = (issuer: string): string | undefined =>
  URL.canParse(issuer) ? new URL(issuer).pathname.split('/').find(isGuid)?.toLowerCase() : undefined

/** A document that came over TLS is believed about where its keys are, but never to leave TLS. */
function readJwksUri(text: string, authority: URL, document: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const emulated = authority.protocol === 'http:' && url?.protocol === 'http:' && isLoopback(url.hostname)
  if (url === undefined || (url.protocol !== 'https:' && !emulated) || url.username !== '' || url.password !== '') {
    throw new Error(`${document} names a jwks_uri that is not https`)
  }
  return url
}
