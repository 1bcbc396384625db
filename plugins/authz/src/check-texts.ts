import { isAmbiguousName, isAmbiguousUri } from '@sluice/plugin-api'
import { HIDDEN } from './caller.ts'
import type { OffsetOf } from './check-types.ts'
import { type Expression, literalOf, partsOf, pathOf } from './expression.ts'
import { asked, UNASKED } from './named-requests.ts'
import { RuleFault } from './rule-fault.ts'

/** Refuses comparisons that can never hold: a deny rule with one denies nothing. @throws RuleFault */
export const checkTexts = (rule: Expression, offsetOf: OffsetOf): void => {
  for (const [path, literal] of comparisonsOf(rule)) {
    const text = literalOf(literal)
    const fault = text === undefined ? undefined : CHECKS[path]?.(text)
    if (fault !== undefined) throw new RuleFault(fault, offsetOf(literal))
  }
  const field = fieldOf(rule)
  if (field !== undefined && HIDDEN.has(field))
    throw new RuleFault(`${field} is a credential, which no rule sees`, offsetOf(rule))
  if (field !== undefined && field !== field.toLowerCase())
    throw new RuleFault(`names of fields are in lower case: write ${field.toLowerCase()}`, offsetOf(rule))
  for (const part of partsOf(rule)) checkTexts(part, offsetOf)
}

/** The field of the HTTP request that a part of a rule reads, if it reads one. */
const fieldOf = ({ exprKind }: Expression): string | undefined => {
  if (exprKind.case === 'selectExpr')
    return pathOf(exprKind.value.operand!) === 'request.headers' ? exprKind.value.field : undefined
  if (exprKind.case !== 'callExpr' || exprKind.value.function !== '_[_]') return undefined
  const [owner, index] = exprKind.value.args
  return pathOf(owner!) === 'request.headers' ? literalOf(index!) : undefined
}

/** A path, and each text that it is compared with as a whole. */
const comparisonsOf = ({ exprKind }: Expression): readonly (readonly [path: string, literal: Expression])[] => {
  if (exprKind.case !== 'callExpr') return []
  const { function: name, args } = exprKind.value
  const [left, right] = args
  if (left === undefined || right === undefined) return []
  if (name === '@in' && right.exprKind.case === 'listExpr')
    return right.exprKind.value.elements.map(element => [pathOf(left) ?? '', element] as const)
  if (name !== '_==_' && name !== '_!=_') return []
  return [[pathOf(left) ?? '', right] as const, [pathOf(right) ?? '', left] as const]
}

const KINDS = ['user', 'app', 'agent', 'agent-user']

const ofName = (name: string): string | undefined =>
  isAmbiguousName(name)
    ? 'a name like this is refused before any rule is asked: it could be read as another one'
    : undefined

/** What is wrong with a text, by what it is compared with. */
const CHECKS: Readonly<Record<string, (text: string) => string | undefined>> = {
  'principal.kind': text =>
    KINDS.includes(text) ? undefined : `there is no kind ${text}; there are ${KINDS.join(', ')}`,
  'mcp.method': text => {
    if (UNASKED.has(text)) return `rules are not asked about ${text}: it passes`
    const spelled = [...asked, ...UNASKED].find(method => method.toLowerCase() === text.toLowerCase())
    return spelled === undefined || spelled === text ? undefined : `there is no method ${text}; write ${spelled}`
  },
  'mcp.tool.name': ofName,
  'mcp.prompt.name': ofName,
  'mcp.resource.uri': uri =>
    uri !== '' && isAmbiguousUri(uri)
      ? 'a URI like this is refused before any rule is asked: it could be read as another one'
      : undefined
}
