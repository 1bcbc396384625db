/**
 * Whether another reader could take a name for another one, so that a filter would judge the one and the server obey the
 * other: one that changes under Unicode's normalization (NFKC: full-width letters, ligatures), characters that nobody
 * sees, half of a surrogate pair, blanks at an end.
 */
export const isAmbiguousName = (name: string): boolean => !PLAIN.test(name) && isAmbiguousText(name)

/**
 * The same of a URI, which also has spellings of its own: what RFC 3986 section 6.2.2 takes for one (dot segments, needless
 * escapes, case), what a URL parser makes another text of (WHATWG URL: a missing slash, the default port, signs that want
 * escapes), and what opens the same thing as a shorter one (user names, the host of a file, empty segments of its path).
 */
export const isAmbiguousUri = (uri: string): boolean => isAmbiguousUriTemplate(uri) || isWrittenOtherwise(uri)

/** The same of a template of URIs (RFC 6570), which nobody parses as one: its expressions stand in braces. */
export const isAmbiguousUriTemplate = (template: string): boolean =>
  isAmbiguousText(template) || OTHER_CASE.test(template) || OTHER_SPELLING.test(template)

/** What names are made of as a rule (MCP 2025-11-25, Tool Names). */
const PLAIN = /^[\w./-]+$/

const isAmbiguousText = (name: string): boolean =>
  !name.isWellFormed() || name.normalize('NFKC') !== name || INVISIBLE.test(name) || name.trim() !== name

/** Control and format characters, line separators, what is not assigned, and the pattern of braille that has no dots. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Of a scheme, and of the host of a web address, the case does not matter (section 6.2.2.1). */
const OTHER_CASE = /^(?:[^:/?#]*[A-Z][^:/?#]*:|https?:\/\/[^/?#]*[A-Z])/

const OTHER_SPELLING = new RegExp(
  [
    String.raw`[\\\s]`,
    // Dot segments, also escaped.
    String.raw`/(?:\.|%2e){1,2}(?:[/?#]|$)`,
    // A slash or backslash in disguise, an escape of what needs none (section 2.3), a percent sign that escapes nothing.
    String.raw`%(?:2f|5c|2[de]|3[0-9]|[46][1-9a-f]|[57][0-9]|[57]a|5f|7e)`,
    String.raw`%(?![0-9a-f]{2})`
  ].join('|'),
  'i'
)

/** MCP's SDKs parse a URI before they look it up, and take what comes out for the name. */
const isWrittenOtherwise = (uri: string): boolean => {
  const url = URL.parse(uri)
  // What is no URL at all is some text of the server's own, unless it begins like a URL that others could read.
  if (url === null) return SPECIAL.test(uri)
  return url.href !== uri || SAME_THING.test(uri)
}

/** Schemes of which the URL standard knows how they are written. */
const SPECIAL = /^(?:https?|wss?|ftp|file):/

const SAME_THING = new RegExp(
  [
    // A file of some host (RFC 8089), of which many servers take the path alone.
    String.raw`^file:(?!///)`,
    String.raw`^file:///(?:[^?#]*/)?/`,
    // A user's name, and the dot of the root, in front of which the host is the same.
    String.raw`^(?:https?|wss?|ftp)://[^/?#]*(?:@|\.(?::\d*)?(?:[/?#]|$))`,
    // A query or fragment of nothing.
    String.raw`[?#]$|\?#`
  ].join('|')
)
