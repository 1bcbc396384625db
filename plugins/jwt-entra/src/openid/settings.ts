import { ConfigFault } from '@sluice/plugin-api'
import { resolve } from 'node:path'
import type { JwksConfig, JwtEntraConfig } from '../config.ts'
import { isHttpsOrLoopback } from '../safe-url.ts'
import { slashSpellings, sortedSet } from '../spellings.ts'

/** Where the key set of an issuer is: a URL, or the absolute path of a file. */
export type KeySetPlace = { readonly url: string } | { readonly file: string }

/** Whose tokens of another OpenID provider are accepted, and which. */
export interface OpenIdSettings {
  readonly provider: 'openid'
  /** As tokens carry it in `iss`, compared as it is. */
  readonly issuer: string
  readonly jwks: KeySetPlace
  /** Every accepted spelling, sorted. */
  readonly audiences: readonly string[]
  /** Sorted; null for any. */
  readonly clients: readonly string[] | null
  readonly tokenType: 'any' | 'at+jwt'
  readonly allowWithoutScopes: boolean
}

/** @throws ConfigFault for an issuer that belongs under `tenant`, and for keys that are not safe to fetch. */
export const readOpenIdSettings = (config: Readonly<JwtEntraConfig>, directory: string): OpenIdSettings => ({
  provider: 'openid',
  issuer: readIssuer(config.issuer ?? ''),
  jwks: readPlace(config.jwks, directory),
  audiences: sortedSet(config.audiences.flatMap(audienceSpellings)),
  clients: config.clients === undefined ? null : sortedSet(config.clients),
  tokenType: config.tokenType ?? 'any',
  allowWithoutScopes: config.allowWithoutScopes ?? false
})

const entraHosts =
  /^(?:login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|login\.chinacloudapi\.cn|(?:login|sts)\.windows\.net|sts\.chinacloudapi\.cn|.+\.ciamlogin\.com)$/

/** Entra's ID tokens have no `typ` of their own and may carry roles: only the rules of `tenant` keep them out. */
function readIssuer(issuer: string): string {
  if (!URL.canParse(issuer) || !entraHosts.test(new URL(issuer).hostname)) return issuer
  throw new ConfigFault(
    ['issuer'],
    'this is a tenant of Entra ID; write its directory (tenant) id under tenant instead'
  )
}

function readPlace({ url, file }: JwksConfig = {}, directory: string): KeySetPlace {
  if (url !== undefined && file === undefined) return { url: readUrl(url) }
  if (file !== undefined && url === undefined) return { file: resolve(directory, file) }
  throw new ConfigFault(['jwks'], 'name where the signing keys of the issuer are: either url or file')
}

const urlFault = (message: string) => new ConfigFault(['jwks', 'url'], message)

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw urlFault('this is not a URL; write the jwks_uri of the issuer’s metadata')
  if (!isHttpsOrLoopback(url)) throw urlFault('must be https; plain http is only for loopback')
  if (url.username !== '' || url.password !== '' || url.hash !== '') throw urlFault('must have no user and no fragment')
  return url.href
}

const audienceSpellings = (audience: string): readonly string[] =>
  /^https?:\/\//i.test(audience) ? slashSpellings(audience) : [audience]
