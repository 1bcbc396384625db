/** The parts of a request target that the router and the filters work with, both undecoded. */
export interface RequestTarget {
  readonly path: string
  /** Without `?`. */
  readonly query: string
  /** The authority of an absolute-form target, which goes before the Host field (RFC 9112 section 3.2.2). */
  readonly authority: string | undefined
}

/**
 * What two servers could read as two different paths, so that filters would judge one and the upstream serve another:
 * empty and dot segments (also with `;parameters`, which some servers cut off first), backslashes, and percent encoding
 * of what needs none, of slashes, of the percent sign itself and of controls, or that is none.
 */
const AMBIGUOUS =
  /\/\/|\\|#|\/\.{1,2}(?:[/;]|%3b|%20|$)|%(?:[01]|2[5def]|3\d|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef]|c[01]|(?![0-9a-f]{2}))/i

const NON_ASCII = /%[89a-f]/i

/** Overlong and broken sequences are read by each server in its own way, some as a slash. */
const isUtf8 = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Splits a request target (RFC 9112 section 3.2), or gives `undefined` if it must not be routed. */
export const parseRequestTarget = (target: string): RequestTarget | undefined => {
  let authority: string | undefined
  let rest = target
  if (rest.charCodeAt(0) !== 47) {
    const absolute = /^https?:\/\/([^/?#@]+)([/?].*)?$/i.exec(rest)
    if (absolute === null) return undefined
    const [, host, after] = absolute
    authority = host
    rest = after === undefined || after === '' ? '/' : after
    if (rest.charCodeAt(0) === 63) rest = `/${rest}`
  }
  const mark = rest.indexOf('?')
  const path = mark === -1 ? rest : rest.slice(0, mark)
  if (AMBIGUOUS.test(path) || (NON_ASCII.test(path) && !isUtf8(path))) return undefined
  const query = mark === -1 ? '' : rest.slice(mark + 1)
  // No request target has a fragment (RFC 9112 section 3.2), and some servers cut it off.
  return query.includes('#') ? undefined : { path, query, authority }
}
