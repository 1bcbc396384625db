import { isObject } from './target.ts'

/** Takes an argument as a field says it, and the names that lead to it; these are good for the moment only. */
type OnArgument = (value: string, path: readonly string[]) => void

/**
 * Tells all arguments of a call that a field may repeat: texts, numbers and truth values, in objects at any depth
 * (2026-07-28, Streamable HTTP, Schema Extension).
 */
export const eachArgument = ({ arguments: given }: Readonly<Record<string, unknown>>, tell: OnArgument): void =>
  eachLeaf(given, [], tell)

/** What stands where some names lead to, if a field may repeat it. */
export const argumentAt = (params: Readonly<Record<string, unknown>>, path: readonly string[]): string | undefined => {
  let value = params['arguments']
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return isPrimitive(value) ? String(value) : undefined
}

const eachLeaf = (value: unknown, path: string[], tell: OnArgument): void => {
  if (isPrimitive(value)) return tell(String(value), path)
  if (!isObject(value)) return
  for (const [name, member] of Object.entries(value)) {
    path.push(name)
    eachLeaf(member, path, tell)
    path.pop()
  }
}

const isPrimitive = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)
