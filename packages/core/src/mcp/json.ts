import { isUtf8 } from 'node:buffer'
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-characters.ts'

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

/**
 * Parses JSON (RFC 8259) of which every reader sees the same: UTF-8, and no member name twice in one object, where some
 * readers believe the first and some the last. `__proto__` is a name like any other.
 *
 * @throws JsonFault
 */
export const parseJson = (bytes: Buffer): unknown => {
  if (!isUtf8(bytes)) throw new JsonFault('syntax', 'it is not UTF-8')
  const text = bytes.toString()
  const { members, depth } = outlineOf(text)
  if (depth > DEEPEST) throw new JsonFault('ambiguous', `it is nested more than ${DEEPEST} levels deep`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    // The parser's own message would quote what was sent.
    throw new JsonFault('syntax', 'it is not JSON', { cause: error })
  }
  if (membersOf(value) !== members) throw new JsonFault('ambiguous', 'an object in it has a member twice')
  return value
}

/** How many members a text writes down, and how deep it goes. Of a text that is not JSON the answer means nothing. */
const outlineOf = (text: string): { readonly members: number; readonly depth: number } => {
  let members = 0
  let level = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i)
        break
      case COLON:
        members++
        break
      case OPEN_BRACKET:
      case OPEN_BRACE:
        if (++level > depth) depth = level
        break
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        level--
    }
  }
  return { members, depth }
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

/** How many members are left of a value once it is parsed: of a name that stood twice, one. */
const membersOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += membersOf(item)
    return members
  }
  for (const key in value) {
    members++
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object') members += membersOf(member)
  }
  return members
}
