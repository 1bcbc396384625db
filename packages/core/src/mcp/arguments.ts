import { isObject } from './target.ts'

/** An argument that a field may repeat (2026-07-28, Streamable HTTP, Schema Extension). */
export interface Argument {
  /** The names that lead to it. */
  readonly path: readonly string[]
  /** As a field says it. */
  readonly value: string
}

/** All arguments of a call that a field may repeat: texts, numbers and truth values, in objects at any depth. */
export const argumentsOf = (params: Readonly<Record<string, unknown>>): readonly Argument[] =>
  leavesOf(params['arguments'], [])

/** What stands at the path of an argument, if a field may repeat it. */
export const argumentAt = (params: Readonly<Record<string, unknown>>, path: readonly string[]): string | undefined => {
  let value = params['arguments']
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return isPrimitive(value) ? String(value) : undefined
}

const leavesOf = (value: unknown, path: readonly string[]): readonly Argument[] => {
  if (isObject(value)) return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]))
  return isPrimitive(value) ? [{ path, value: String(value) }] : []
}

const isPrimitive = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)
