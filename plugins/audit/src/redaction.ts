import { REDACTED } from './credentials.ts'

/** Reads a JSON Pointer (RFC 6901 section 4). */
export const parsePointer = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** A copy of a JSON value in which what the paths lead to says `[redacted]`; a path that leads nowhere changes nothing. */
export const redacted = (value: unknown, paths: readonly (readonly string[])[]): unknown =>
  paths.reduce((copy, path) => without(copy, path, 0), value)

const without = (value: unknown, path: readonly string[], at: number): unknown => {
  if (at === path.length) return REDACTED
  const part = path[at]!
  if (Array.isArray(value)) {
    if (!/^(?:0|[1-9]\d*)$/.test(part) || Number(part) >= value.length) return value
    return value.with(Number(part), without(value[Number(part)], path, at + 1))
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return value
  const copy: Record<string, unknown> = { ...value }
  // `__proto__` is a name like any other.
  Object.defineProperty(copy, part, {
    value: without(copy[part], path, at + 1),
    enumerable: true,
    writable: true,
    configurable: true
  })
  return copy
}
