/** The parts of a request target that the router and the filters work with, both undecoded. */
export interface RequestTarget {
  readonly path: string
  /** Without `?`. */
  readonly query: string
  /** The authority of an absolute-form target, which goes before the Host field (RFC 9112 section 3.2.2). */
  readonly authority: string | undefined
}

/** What two servers could read as two different paths: dot and empty segments, encoded slashes, dots and backslashes. */
const AMBIGUOUS = /\/\/|\\|\/\.{1,2}(?:\/|$)|%2f|%5c|%2e|#/i

/** Splits a request target (RFC 9112 section 3.2), or gives `undefined` if it must not be routed. */
export const parseRequestTarget = (target: string): RequestTarget | undefined => {
  let authority: string | undefined
  let rest = target
  if (rest.charCodeAt(0) !== 47) {
    const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(rest)
    if (absolute === null) return undefined
    const [, host, after] = absolute
    authority = host
    rest = after === undefined || after === '' ? '/' : after
    if (rest.charCodeAt(0) === 63) rest = `/${rest}`
  }
  const mark = rest.indexOf('?')
  const path = mark === -1 ? rest : rest.slice(0, mark)
  if (AMBIGUOUS.test(path)) return undefined
  return { path, query: mark === -1 ? '' : rest.slice(mark + 1), authority }
}
