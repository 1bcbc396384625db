import type { Reading } from '../reading.ts'
import { objectOf, type Read } from './read.ts'

/** Members of an authorization server's metadata (RFC 8414, OpenID Connect Discovery) that clients go by. */
export interface ServerMetadata {
  readonly issuer: string
  readonly authorization_endpoint?: string
  readonly token_endpoint?: string
  readonly registration_endpoint?: string
  readonly scopes_supported?: readonly string[]
  readonly code_challenge_methods_supported?: readonly string[]
  /** Where Microsoft Graph is, in this cloud. */
  readonly msgraph_host?: string
}

/** One of the places where clients look for metadata. */
export interface MetadataForm {
  readonly url: string
  /** Whether it is the document of RFC 8414, and not that of OpenID Connect. */
  readonly oauth: boolean
  /** HTTP status; `undefined` where nobody answered. */
  readonly status: number | undefined
}

/** Where clients are sent to sign in, and what it says about itself. */
export interface AuthorizationServer {
  /** As the protected resource metadata names it. */
  readonly issuer: string
  /** Whether it is the gateway itself, in front of Entra. */
  readonly facade: boolean
  /** The four places, in the order in which the MCP specification has clients try them, and one more that some try. */
  readonly forms: readonly MetadataForm[]
  /** The first document that was there. */
  readonly metadata: Reading<ServerMetadata>
  /** Its address. */
  readonly metadataUrl: string | undefined
}

/** Reads the metadata of an authorization server from everywhere that clients look. */
export const readAuthorizationServer = async (
  issuer: string,
  facade: boolean,
  read: Read
): Promise<AuthorizationServer> => {
  const looked = await Promise.all(wellKnown(issuer).map(form => look(form, read)))
  const found = looked.find(({ metadata }) => metadata !== undefined)
  const failure = looked.find(form => form.failure !== undefined)?.failure ?? faultIn(looked)
  const missing = failure ?? `${issuer} publishes no metadata`
  return {
    issuer,
    facade,
    forms: looked.map(({ url, oauth, status }) => ({ url, oauth, status })),
    metadata: found?.metadata === undefined ? { missing } : { value: found.metadata },
    metadataUrl: found?.url
  }
}

const faultIn = (looked: readonly Looked[]): string | undefined => {
  const failing = looked.find(isAway)
  return failing && `${failing.url} answers ${failing.status}`
}

/** Whether it cannot be told what is there. */
export const isAway = ({ status }: MetadataForm): boolean => status === undefined || status >= 500

interface Looked extends MetadataForm {
  readonly metadata?: ServerMetadata
  readonly failure?: string
}

const look = async ({ url, oauth }: Omit<MetadataForm, 'status'>, read: Read): Promise<Looked> => {
  try {
    const answer = await read(url)
    const document = answer.status === 200 ? objectOf(answer) : undefined
    const form = { url, oauth, status: answer.status }
    return typeof document?.['issuer'] === 'string' ? { ...form, metadata: readMembers(document) } : form
  } catch (error) {
    return { url, oauth, status: undefined, failure: (error as Error).message }
  }
}

const texts = new Set(['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'msgraph_host'])
const lists = new Set(['scopes_supported', 'code_challenge_methods_supported'])

const isList = (value: unknown): boolean => Array.isArray(value) && value.every(entry => typeof entry === 'string')

/** Takes over what has the right type; clients make nothing of the rest either. */
const readMembers = (document: Readonly<Record<string, unknown>>): ServerMetadata => {
  const kept = Object.entries(document).filter(
    ([name, value]) => (texts.has(name) && typeof value === 'string') || (lists.has(name) && isList(value))
  )
  return { issuer: String(document['issuer']), ...Object.fromEntries(kept) }
}

/** RFC 8414 section 3.1 puts the well-known part in front of the path, OpenID Connect Discovery section 4 behind it. */
const wellKnown = (issuer: string): readonly Omit<MetadataForm, 'status'>[] => {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const inserted = (name: string): string => `${origin}/.well-known/${name}${path}`
  const appended = (name: string): string => `${origin}${path}/.well-known/${name}`
  const forms = [
    { url: inserted('oauth-authorization-server'), oauth: true },
    { url: inserted('openid-configuration'), oauth: false },
    { url: appended('openid-configuration'), oauth: false },
    { url: appended('oauth-authorization-server'), oauth: true }
  ]
  return forms.filter(({ url }, i) => forms.findIndex(form => form.url === url) === i)
}
