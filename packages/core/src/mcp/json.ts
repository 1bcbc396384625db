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
 * believe the first and some the last. `bytes` are those of the text, in which JavaScript finds its way three times as
 * fast.
 *
 * @throws JsonFault
 */
export const parseJson = (text: string, bytes: Uint8Array = Buffer.from(text)): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's own message would quote what was sent.
    throw new JsonFault('syntax', 'it is not JSON', { cause: error })
  }
  const members = membersOf(value, 1)
  if (membersWritten(bytes) !== members) throw new JsonFault('ambiguous', 'an object in it has a member twice')
  return value
}

/** How many members JSON writes down: as many as there are colons outside of strings. */
const membersWritten = (bytes: Uint8Array): number => {
  let members = 0
  let at = 0
  while (at < bytes.length) {
    const character = bytes[at++]
    if (character === COLON) members++
    else if (character === QUOTE) at = behindString(bytes, at)
  }
  return members
}

/** What follows the string whose first character is at `start`. */
const behindString = (bytes: Uint8Array, start: number): number => {
  let at = start
  while (at < bytes.length) {
    const character = bytes[at++]
    if (character === QUOTE) return at
    if (character === BACKSLASH) at++
  }
  return at
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
