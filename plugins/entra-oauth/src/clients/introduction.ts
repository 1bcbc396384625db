import { redirectFault } from '../redirect-uri.ts'

const MAX_REDIRECTS = 10
const MAX_NAME = 80
/** Controls, format characters (bidi, zero width), line separators, and piles of marks: they change how what is around them is read. */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}]|\p{M}{4}/u

/** What a client says of itself, when it registers (RFC 7591 section 2) or in a document. */
export interface Introduction {
  /** Empty if it says none. */
  readonly name: string
  readonly redirects: readonly string[]
}

/** Why an introduction does not do. */
export interface IntroductionFault {
  readonly about: 'redirects' | 'metadata'
  readonly text: string
}

/**
 * Reads what a client says of itself: nothing but what people are shown, and what codes are bound to. It says the same to
 * all servers: redirect URIs that are not allowed here are left out, as long as one is (RFC 7591 section 2).
 */
export const readIntroduction = (
  metadata: Readonly<Record<string, unknown>>,
  allowed: ReadonlySet<string>
): Introduction | IntroductionFault => {
  const { redirect_uris: uris, response_types: types, client_name: name } = metadata
  if (types !== undefined && !(Array.isArray(types) && types.includes('code')))
    return { about: 'metadata', text: 'response_types must have code.' }
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > MAX_REDIRECTS)
    return { about: 'redirects', text: `redirect_uris must have 1 to ${MAX_REDIRECTS} members.` }
  const faults = new Map((uris as readonly unknown[]).map(uri => [uri, faultOf(uri, allowed)]))
  const redirects = (uris as readonly string[]).filter(uri => faults.get(uri) === undefined)
  if (redirects.length === 0) return { about: 'redirects', text: `A redirect URI ${[...faults.values()][0]}.` }
  if (typeof name === 'string' && !isShowable(name))
    return {
      about: 'metadata',
      text: `client_name is longer than ${MAX_NAME} characters, or has some that cannot be shown.`
    }
  return { name: typeof name === 'string' ? name.trim() : '', redirects }
}

const faultOf = (uri: unknown, allowed: ReadonlySet<string>): string | undefined =>
  typeof uri === 'string' ? redirectFault(uri, allowed) : 'is no text'

/** Whether a name can stand on a page, and nothing beside it looks other than it is. */
export const isShowable = (name: string): boolean => Array.from(name).length <= MAX_NAME && !UNSHOWABLE.test(name)
