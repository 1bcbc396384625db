import { validateHeaderName, validateHeaderValue } from './node-http.ts'
import type { HeaderEdit } from '@sluice/plugin-api'
import { FieldNames } from './field-names.ts'

/** Framing belongs to the core: a filter that set one of these could split or smuggle a message (RFC 9112 section 6). */
const FRAMING = new FieldNames([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'trailer',
  'upgrade',
  'host'
])

/** Header fields as a flat list (name, value, name, value), which node:http gives and takes as it is. */
export class HeaderLines implements HeaderEdit {
  readonly lines: string[]

  constructor(lines: string[]) {
    this.lines = lines
  }

  get(name: string): string | undefined {
    const at = find(this.lines, name.toLowerCase(), 0)
    return at === -1 ? undefined : this.lines[at + 1]
  }

  /** @throws TypeError for a name or value that HTTP does not allow, and for a field of the message's framing. */
  set(name: string, value: string): void {
    checkField(name, value)
    const lower = name.toLowerCase()
    const at = find(this.lines, lower, 0)
    if (at === -1) {
      this.lines.push(name, value)
      return
    }
    this.lines[at + 1] = value
    remove(this.lines, lower, at + 2)
  }

  /** @throws TypeError as {@link set} does. */
  append(name: string, value: string): void {
    checkField(name, value)
    this.lines.push(name, value)
  }

  delete(name: string): void {
    remove(this.lines, name.toLowerCase(), 0)
  }

  deletePrefix(prefix: string): void {
    const { lines } = this
    const lower = prefix.toLowerCase()
    let kept = 0
    for (let i = 0; i < lines.length; i += 2) {
      if (startsWith(lines[i]!, lower)) continue
      lines[kept++] = lines[i]!
      lines[kept++] = lines[i + 1]!
    }
    lines.length = kept
  }
}

/** @throws TypeError for what HTTP does not allow, and for a field of the message's framing. */
export const checkField = (name: string, value: string): void => {
  validateHeaderName(name)
  validateHeaderValue(name, value)
  if (FRAMING.has(name)) throw new TypeError(`The header field ${name} belongs to the gateway itself`)
}

const find = (lines: readonly string[], lower: string, from: number): number => {
  for (let i = from; i < lines.length; i += 2) {
    const name = lines[i]!
    if (name.length === lower.length && name.toLowerCase() === lower) return i
  }
  return -1
}

const remove = (lines: string[], lower: string, from: number): void => {
  for (let at = find(lines, lower, from); at !== -1; at = find(lines, lower, at)) lines.splice(at, 2)
}

/** Most names differ in their first sign already: they make no new string. */
const startsWith = (name: string, lower: string): boolean =>
  (name.charCodeAt(0) | 0x20) === lower.charCodeAt(0) && name.toLowerCase().startsWith(lower)
