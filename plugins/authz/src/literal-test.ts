import { foldCase } from '@sluice/plugin-api'
import { anchorsOf, type NamePart } from './anchors.ts'
import { type Condition, negation } from './condition.ts'
import { type Expression, literalOf, pathOf } from './expression.ts'
import { callerLists, callerTexts, type NamedText, type NamedValue, questionTexts } from './named-value.ts'
import { ANY, ERROR, truth } from './outcome.ts'
import { partsOfPattern } from './pattern-parts.ts'
import type { Patterns } from './patterns.ts'
import type { Kind } from './question.ts'

/** How a test is compiled. */
export interface TestOptions {
  readonly patterns: Patterns
  /** Whether the rule refuses where the test holds: then it holds for names in any letter case. */
  readonly refuses: boolean
}

/**
 * The condition for a part of a rule that compares a name with literals: what CEL would say of it, without asking CEL.
 * Rules are mostly made of these, and a list asks each rule about each item.
 */
export const literalTest = (expression: Expression, options: TestOptions): Condition | undefined => {
  const { exprKind } = expression
  if (exprKind.case === 'selectExpr' && exprKind.value.testOnly)
    return presence(exprKind.value.field, exprKind.value.operand!)
  if (exprKind.case !== 'callExpr') return undefined
  const { function: name, target, args } = exprKind.value
  if (target === undefined) return comparison(name, args[0]!, args[1], options)
  const text = textOf(target)
  const literal = args.length === 1 ? literalOf(args[0]!) : undefined
  if (text === undefined || literal === undefined) return undefined
  switch (name) {
    case 'startsWith':
      return comparedTo(text, [{ text: literal, first: true, last: false }], options)
    case 'endsWith':
      return comparedTo(text, [{ text: literal, first: false, last: true }], options)
    case 'contains':
      return comparedTo(text, [{ text: literal, first: false, last: false }], options)
    case 'matches': {
      const { ofThing } = text
      const pattern = options.patterns.compile(literal)
      const holds =
        options.refuses && ofThing ? options.patterns.inAnyCase(literal) : (one: string) => pattern.test(one)
      return { ...test(text.read, ofThing?.kind, holds), notFalse: anchorsOf(ofThing?.kind, partsOfPattern(literal)) }
    }
    default:
      return undefined
  }
}

const KINDS: ReadonlySet<string> = new Set(['tool', 'prompt', 'resource', 'task'] satisfies Kind[])

/** `has(mcp.tool)`. */
const presence = (field: string, owner: Expression): Condition | undefined =>
  pathOf(owner) === 'mcp' && KINDS.has(field) ? { ...EVERYTHING, ask: ({ kind }) => truth(kind === field) } : undefined

const comparison = (
  operator: string,
  left: Expression,
  right: Expression | undefined,
  options: TestOptions
): Condition | undefined => {
  if (right === undefined) return undefined
  if (operator === '@in') return membership(left, right, options)
  if (operator !== '_==_' && operator !== '_!=_') return undefined
  const text = textOf(left) ?? textOf(right)
  const literal = literalOf(right) ?? literalOf(left)
  if (text === undefined || literal === undefined) return undefined
  const whole = wholes(text, [literal])
  return operator === '_==_'
    ? comparedTo(text, whole, options)
    : negation(comparedTo(text, whole, { ...options, refuses: !options.refuses }))
}

/** `mcp.tool.name in ["a", "b"]`, and `"a" in principal.roles`. */
const membership = (element: Expression, list: Expression, options: TestOptions): Condition | undefined => {
  const text = textOf(element)
  if (text !== undefined && list.exprKind.case === 'listExpr') {
    const literals = list.exprKind.value.elements.map(literalOf)
    if (!literals.every(literal => literal !== undefined)) return undefined
    return comparedTo(text, wholes(text, literals), options)
  }
  const literal = literalOf(element)
  const texts = callerLists.get(pathOf(list) ?? '')
  if (literal === undefined || texts === undefined) return undefined
  const looked = spellingsOf(literal, texts.ofId)
  return test(texts.read, undefined, values => looked.some(one => values.includes(one)))
}

/** The names as a whole. */
const wholes = ({ ofId }: NamedText, names: readonly string[]): readonly NamePart[] =>
  names.flatMap(name => spellingsOf(name, ofId).map(text => ({ text, first: true, last: true })))

const spellingsOf = (text: string, ofId: boolean | undefined): readonly string[] =>
  ofId === true && GUID.test(text) && text !== text.toLowerCase() ? [text, text.toLowerCase()] : [text]

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const textOf = (expression: Expression): NamedText | undefined => {
  const path = pathOf(expression) ?? ''
  return questionTexts.get(path) ?? callerTexts.get(path)
}

const EVERYTHING = { notFalse: undefined, notTrue: undefined, cost: 1 }

/** Of a text that is so in one of these ways. */
const comparedTo = ({ read, ofThing }: NamedText, parts: readonly NamePart[], { refuses }: TestOptions): Condition => {
  const inAnyCase = refuses && ofThing !== undefined
  const looked = inAnyCase ? parts.map(part => ({ ...part, text: foldCase(part.text) })) : parts
  return {
    ...test(inAnyCase ? ofThing.folded : read, ofThing?.kind, holdsFor(looked)),
    notFalse: anchorsOf(ofThing?.kind, parts)
  }
}

const holdsFor = (parts: readonly NamePart[]): ((value: string) => boolean) => {
  const wholes = new Set(parts.map(({ text }) => text))
  const [part, ...others] = parts
  if (part === undefined || others.length > 0 || (part.first && part.last)) return value => wholes.has(value)
  const { text, first, last } = part
  if (first) return value => value.startsWith(text)
  return last ? value => value.endsWith(text) : value => value.includes(text)
}

/** @param kind Of things, where the value is a name of theirs */
const test = <T>(read: NamedValue<T>, kind: Kind | undefined, holds: (value: T) => boolean): Condition => ({
  ...EVERYTHING,
  ask(question, caller, reading) {
    if (question.name === undefined && kind !== undefined && question.kind === kind) return ANY
    const value = read(question, caller, reading)
    return value === undefined ? ERROR : truth(holds(value))
  }
})
