import { type Condition, type Named, prefixKey, thingKey } from './condition.ts'
import { type Expression, literalOf, pathOf } from './expression.ts'
import { callerLists, callerTexts, kindOfPath, type NamedValue, questionTexts } from './named-value.ts'
import { ERROR, truth } from './outcome.ts'
import type { Patterns } from './patterns.ts'
import type { Kind } from './question.ts'

/**
 * The condition for a part of a rule that compares a name with literals: what CEL would say of it, without asking CEL.
 * Rules are mostly made of these, and a list asks each rule about each item.
 */
export const literalTest = (expression: Expression, patterns: Patterns): Condition | undefined => {
  const { exprKind } = expression
  if (exprKind.case === 'selectExpr' && exprKind.value.testOnly)
    return presence(exprKind.value.field, exprKind.value.operand!)
  if (exprKind.case !== 'callExpr') return undefined
  const { function: name, target, args } = exprKind.value
  if (target === undefined) return comparison(name, args[0]!, args[1])
  const text = textOf(target)
  const literal = args.length === 1 ? literalOf(args[0]!) : undefined
  if (text === undefined || literal === undefined) return undefined
  switch (name) {
    case 'startsWith':
      return { ...test(text, value => value.startsWith(literal)), ...onlyOf(beginning(text, literal)) }
    case 'endsWith':
      return test(text, value => value.endsWith(literal))
    case 'contains':
      return test(text, value => value.includes(literal))
    case 'matches': {
      const pattern = patterns.compile(literal)
      return { ...test(text, value => pattern.test(value)), ...onlyOf(beginning(text, literalStart(literal))) }
    }
    default:
      return undefined
  }
}

const KINDS: ReadonlySet<string> = new Set(['tool', 'prompt', 'resource', 'task'] satisfies Kind[])

/** `has(mcp.tool)`. */
const presence = (field: string, owner: Expression): Condition | undefined =>
  pathOf(owner) === 'mcp' && KINDS.has(field) ? { ...EVERYTHING, ask: ({ kind }) => truth(kind === field) } : undefined

const comparison = (operator: string, left: Expression, right: Expression | undefined): Condition | undefined => {
  if (right === undefined) return undefined
  if (operator === '@in') return membership(left, right)
  if (operator !== '_==_' && operator !== '_!=_') return undefined
  const text = textOf(left) ?? textOf(right)
  const literal = literalOf(right) ?? literalOf(left)
  if (text === undefined || literal === undefined) return undefined
  const named = things(text, [literal])
  return operator === '_==_'
    ? { ...test(text, value => value === literal), ...onlyOf(named) }
    : { ...test(text, value => value !== literal), notTrue: named, named: named ?? NOTHING }
}

/** `mcp.tool.name in ["a", "b"]`, and `"a" in principal.roles`. */
const membership = (element: Expression, list: Expression): Condition | undefined => {
  const text = textOf(element)
  if (text !== undefined && list.exprKind.case === 'listExpr') {
    const literals = list.exprKind.value.elements.map(literalOf)
    if (!literals.every(literal => literal !== undefined)) return undefined
    const names = new Set(literals)
    return { ...test(text, value => names.has(value)), ...onlyOf(things(text, literals)) }
  }
  const literal = literalOf(element)
  const texts = callerLists.get(pathOf(list) ?? '')
  return literal === undefined || texts === undefined
    ? undefined
    : test({ read: texts }, values => values.includes(literal))
}

/** A text that a rule names, and the kind of things whose name it is. */
interface NamedText {
  readonly read: NamedValue<string>
  readonly kind?: Kind | undefined
}

const textOf = (expression: Expression): NamedText | undefined => {
  const path = pathOf(expression) ?? ''
  const read = questionTexts.get(path) ?? callerTexts.get(path)
  return read === undefined ? undefined : { read, kind: kindOfPath.get(path) }
}

/** Of what names nothing. */
export const NOTHING: ReadonlySet<string> = new Set()
const EVERYTHING = { notFalse: undefined, notTrue: undefined, named: NOTHING, cost: 1 }

/** Of a condition that is false outside of these. */
const onlyOf = (named: Named) => ({ notFalse: named, named: named ?? NOTHING })

const test = <T>({ read }: { readonly read: NamedValue<T> }, holds: (value: T) => boolean): Condition => ({
  ...EVERYTHING,
  ask(question, caller, reading) {
    const value = read(question, caller, reading)
    return value === undefined ? ERROR : truth(holds(value))
  }
})

/** The text with which everything begins that a pattern matches; empty if there is none, or it is not plain to see. */
const literalStart = (pattern: string): string => {
  const [, start = '', next = ''] = /^\^([\w/-]*)(.?)/s.exec(pattern) ?? []
  if (pattern.includes('|')) return ''
  return '*?{'.includes(next) && next !== '' ? start.slice(0, -1) : start
}

/** Things whose names begin so. */
const beginning = ({ kind }: NamedText, prefix: string): Named =>
  kind === undefined || prefix === '' ? undefined : new Set([prefixKey(kind, prefix)])

/** Things that are called so. An empty name is also that of everything that is of another kind. */
const things = ({ kind }: NamedText, names: readonly string[]): Named =>
  kind === undefined || names.includes('') ? undefined : new Set(names.map(name => thingKey(kind, name)))
