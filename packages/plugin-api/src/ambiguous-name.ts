/**
 * Whether another reader could take a name for another one, so that a filter would judge the one and the server obey the
 * other: one that changes under Unicode's normalization (NFKC: full-width letters, ligatures), characters that nobody
 * sees, half of a surrogate pair, blanks at an end.
 */
export const isAmbiguousName = (name: string): boolean => !PLAIN.test(name) && isAmbiguousText(name)

/** The same of a URI, which also has spellings of its own (RFC 3986 section 6.2.2): dot segments, needless escapes, case. */
export const isAmbiguousUri = (uri: string): boolean =>
  isAmbiguousText(uri) || OTHER_CASE.test(uri) || OTHER_SPELLING.test(uri)

/** What names are made of as a rule (MCP 2025-11-25, Tool Names). */
const PLAIN = /^[\w./-]+$/

const isAmbiguousText = (name: string): boolean =>
  !name.isWellFormed() || name.normalize('NFKC') !== name || INVISIBLE.test(name) || name.trim() !== name

/** Control and format characters, line separators, what is not assigned. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Default_Ignorable_Code_Point}]/u

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
