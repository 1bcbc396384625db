import { isAscii, isUtf8 } from 'node:buffer'
import { BACKSLASH, COLON, QUOTE } from './json-characters.ts'

/** Levels of arrays and objects in one text, far more than MCP needs: what walks a value must not run out of stack. */
const DEEPEST = 500

/** Why a text is not taken for JSON. */
export class JsonFault extends Error {
  override name = 'JsonFault'
  /** `syntax`: it is none. `ambiguous`: two readers could read it differently. */
  readonly kind: 'syntax' | 'ambiguous'

  constructor(kind: JsonFault['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** The text of UTF-8. Of ASCII, and of nothing else, it has as many characters as there are bytes. @throws JsonFault */
export const textOf = (bytes: Buffer): string => {
  // Nearly all are, and that is found out and read in half the time.
  if (isAscii(bytes)) return bytes.toString('latin1')
  if (!isUtf8(bytes)) throw new JsonFault('syntax', 'it is not UTF-8')
  return bytes.toString()
}

/**
 * Parses JSON (RFC 8259) of which every reader sees the same: no member name twice in one object, where some readers
 * believe the first and some the last.
 *
 * @throws JsonFault
 */
export const parseJson = (text: string): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's own message would quote what was sent.
    throw new JsonFault('syntax', 'it is not JSON', { cause: error })
  }
  const members = membersOf(value, 1)
  // Each member has a colon: where there are no more of them than members, none was written twice.
  if (colonsOf(text) !== members && membersWritten(text) !== members)
    throw new JsonFault('ambiguous', 'an object in it has a member twice')
  return value
}

const colonsOf = (text: string): number => {
  let colons = 0
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) colons++
  return colons
}

/** How many members JSON writes down. */
const membersWritten = (text: string): number => {
  let members = 0
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (character === QUOTE) i = endOfString(text, i)
    else if (character === COLON) members++
  }
  return members
}

/** Where the string that begins at `start` ends. */
export const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

const isEscaped = (text: string, at: number): boolean => {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (at - first) % 2 === 1
}

/** How many members are left of a value once it is parsed: of a name that stood twice, one. @throws JsonFault */
const membersOf = (value: unknown, level: number): number => {
  if (typeof value !== 'object' || value === null) return 0
  if (level > DEEPEST) throw new JsonFault('ambiguous', `it is nested more than ${DEEPEST} levels deep`)
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += membersOf(item, level + 1)
    return members
  }
  for (const key in value) {
    members++
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object') members += membersOf(member, level + 1)
  }
  return members
}
