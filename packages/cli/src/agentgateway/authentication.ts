import { readEntraIssuer, type EntraTenant } from './entra-issuer.ts'
import { listOf, mapOf, textOf, textsOf, type YamlMap } from './yaml-value.ts'

/** What a block becomes. */
export interface Translation {
  readonly filters: readonly Readonly<Record<string, object>>[]
  /** What is different, or has no counterpart, a sentence each. */
  readonly notes: readonly string[]
}

const ofSignIn = new Set(['openid', 'profile', 'email', 'offline_access'])
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Turns `mcpAuthentication` into `prm` and `jwt-entra`. @param publicUrl URL of the MCP server, as clients know it */
export const translateAuthentication = (block: YamlMap, publicUrl: string): Translation => {
  const issuer = textOf(block['issuer']) ?? ''
  const entra = readEntraIssuer(issuer)
  const metadata = translateMetadata(mapOf(block['resourceMetadata']), entra, issuer, publicUrl)
  const token = entra === undefined ? otherProvider(block, issuer) : entraTokens(block, entra)
  const mode = block['mode'] === 'optional' ? { mode: 'optional' } : {}
  return {
    filters: [...metadata.filters, { 'jwt-entra': { ...token.config, ...mode } }],
    notes: [...metadata.notes, ...token.notes, ...notesOn(block)]
  }
}

/** Turns `jwtAuth`, which knows the token and nothing of MCP, into the same. */
export const translateBearer = (block: YamlMap, publicUrl: string): Translation => {
  const [first, ...others] = listOf(block['providers']).map(mapOf)
  const { filters, notes } = translateAuthentication({ ...block, ...first, providers: undefined }, publicUrl)
  return {
    filters,
    notes: [
      'jwtAuth became prm and jwt-entra: clients had to bring a token, now they are told where to get one.',
      ...(block['mode'] === undefined
        ? ['mode: it is strict now; write mode: optional where callers without a token are wanted.']
        : []),
      ...(others.length > 0 ? [`providers: ${others.length} more were left out; a route has one.`] : []),
      ...notes
    ]
  }
}

interface TokenRules {
  readonly config: object
  readonly notes: readonly string[]
}

/** The tenant, and not its issuer and keys: so both token versions are taken, and `tid` and `ver` are checked. */
const entraTokens = (block: YamlMap, { tenant, authority, version }: EntraTenant): TokenRules => {
  const audiences = textsOf(block['audiences'])
  return {
    config: { tenant, ...(authority !== undefined && { authority }), audiences },
    notes: [
      `issuer and jwks became tenant: tokens of version 1 and 2 are taken (the issuer was that of version ${version}), and tid and ver are checked.`,
      ...(guid.test(tenant) || tenant.startsWith('${') ? [] : [`tenant: write the ID in place of ${tenant}.`]),
      // An identifier URI may have the ID of another application in it: nothing is accepted that was not before.
      ...(audiences.some(audience => guid.test(audience))
        ? []
        : ['audiences: version 2 tokens carry the client ID of the API; add it if it has such.'])
    ]
  }
}

const otherProvider = (block: YamlMap, issuer: string): TokenRules => {
  const { url, file } = mapOf(block['jwks'])
  const audiences = textsOf(block['audiences'])
  const place = textOf(url) === undefined ? { file: textOf(file) } : { url }
  if (Object.values(place)[0] !== undefined) return { config: { issuer, jwks: place, audiences }, notes: [] }
  return {
    config: { issuer, jwks: { url: 'https://<jwks_uri of the metadata>' }, audiences },
    notes: [
      'jwks: write the jwks_uri of the provider’s metadata, or put keys that stood in the file into one of their own.'
    ]
  }
}

const known = new Set([
  'resource',
  'authorizationServers',
  'scopesSupported',
  'bearerMethodsSupported',
  'resourceName',
  'resourceDocumentation',
  'resourcePolicyUri'
])

const translateMetadata = (
  metadata: YamlMap,
  entra: EntraTenant | undefined,
  issuer: string,
  publicUrl: string
): Translation => {
  const servers = textsOf(metadata['authorizationServers'])
  const scopes = textsOf(metadata['scopesSupported'])
  const ofApi = scopes.filter(scope => !ofSignIn.has(scope))
  const extra = Object.entries(metadata)
    .filter(([name]) => !known.has(name) && name !== 'signedMetadata')
    .map(([name, value]) => [snakeCase(name), value] as const)
  const kept = ['resourceName', 'resourceDocumentation', 'resourcePolicyUri'].filter(name => name in metadata)
  const prm = {
    ...signInAt(servers, entra, issuer),
    ...(ofApi.length > 0 && { scopesSupported: ofApi }),
    ...Object.fromEntries(kept.map(name => [name, metadata[name]])),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) })
  }
  const notes = [
    ...resourceNotes(textOf(metadata['resource']), publicUrl),
    ...droppedMethods(textsOf(metadata['bearerMethodsSupported'])),
    ...scopeNotes(scopes, ofApi, entra, publicUrl),
    ...('signedMetadata' in metadata ? ['signedMetadata: has no counterpart; it would overrule all the rest.'] : [])
  ]
  return { filters: [{ prm }], notes }
}

const signInAt = (servers: readonly string[], entra: EntraTenant | undefined, issuer: string): object => {
  const others = servers.filter(server => readEntraIssuer(server)?.tenant !== entra?.tenant)
  if (entra === undefined || others.length > 0) return { authorizationServers: servers.length > 0 ? servers : [issuer] }
  return { tenant: entra.tenant, ...(entra.authority !== undefined && { authority: entra.authority }) }
}

const resourceNotes = (resource: string | undefined, publicUrl: string): readonly string[] =>
  resource === undefined || resource === publicUrl
    ? []
    : [`resource: ${resource} was left out, since clients refuse one that is not their URL; it is ${publicUrl}.`]

const droppedMethods = (methods: readonly string[]): readonly string[] => {
  const reasons: Readonly<Record<string, string>> = {
    body: 'a token in a body was never read by agentgateway either, and forms are refused here',
    query: 'a token in a URL stands in logs and histories; it is refused here'
  }
  return methods.flatMap(method =>
    method === 'header'
      ? []
      : [`bearerMethodsSupported: ${method} was left out: ${reasons[method] ?? 'it is unknown'}.`]
  )
}

const scopeNotes = (
  scopes: readonly string[],
  ofApi: readonly string[],
  entra: EntraTenant | undefined,
  publicUrl: string
): readonly string[] => {
  const left = scopes.filter(scope => !ofApi.includes(scope))
  const bare = ofApi.filter(scope => !scope.includes('/'))
  const foreign = ofApi.filter(scope => scope.includes('/') && !scope.startsWith(`${publicUrl}/`))
  const names = ofApi.map(scope => scope.slice(scope.lastIndexOf('/') + 1))
  return [
    ...(left.length > 0
      ? [`scopesSupported: ${left.join(', ')} belong to the sign-in; clients add them themselves.`]
      : []),
    ...(entra !== undefined && bare.length > 0
      ? [
          `scopesSupported: Entra looks for ${bare.join(', ')} at Microsoft Graph (AADSTS650053); write <identifier URI>/<scope>.`
        ]
      : []),
    ...(entra !== undefined && foreign.length > 0
      ? [
          `scopesSupported: ${foreign.join(', ')} beside the resource ${publicUrl} is AADSTS9010010 in direct mode; sluice doctor says what to register.`
        ]
      : []),
    ...(names.length > 0
      ? [`No scope is required, as before; to require it, add scope: { required: [${names.join(', ')}] }.`]
      : [])
  ]
}

/** Keys of `mcpAuthentication` and `jwtAuth` that are translated, or have a sentence of their own. */
const spoken = new Set(
  'mode issuer audiences jwks resourceMetadata provider providers clientId clientSecret authorizationLocation jwtValidationOptions'.split(
    ' '
  )
)

const ofOthers: Readonly<Record<string, string>> = {
  relaySigningKey: 'entra-oauth seals what it hands out with sealing.keys; the key was not taken over'
}

const notesOn = (block: YamlMap): readonly string[] => {
  const location = block['authorizationLocation']
  const provider = Object.keys(mapOf(block['provider'])).join(', ') || textOf(block['provider'])
  return [
    ...(block['mode'] === 'permissive'
      ? ['mode: permissive let bad tokens through and forwarded them; there is no such mode here, it became strict.']
      : []),
    ...(provider === 'entra'
      ? [
          'provider entra: agentgateway stood in front of Entra’s endpoints; here that is the filter entra-oauth (tenant, clientId, credential), in front of jwt-entra. Without it people sign in at Entra itself.'
        ]
      : []),
    ...(provider !== undefined && provider !== 'entra'
      ? [`provider ${provider}: its proxy has no counterpart; people sign in at the issuer itself.`]
      : []),
    ...('clientId' in block || 'clientSecret' in block
      ? ['clientId and clientSecret belong to entra-oauth; the secret was not taken over.']
      : []),
    ...(location !== undefined ? ['authorizationLocation: tokens are taken from Authorization: Bearer alone.'] : []),
    ...('jwtValidationOptions' in block
      ? ['jwtValidationOptions: exp, iss, aud and sub are always wanted; the rest is for rules of authz.']
      : []),
    ...Object.keys(block)
      .filter(name => !spoken.has(name))
      .map(name => `${name}: ${ofOthers[name] ?? 'was not translated'}.`)
  ]
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
