import { type Expression, literalOf, partsOf, pathOf } from './expression.ts'

/** The texts of a loop over more of them are left in CEL's own loop. */
const MOST = 1000

/** A loop over texts of the rule as what it stands for: its condition of each of them, one after the other. */
export interface Unrolled {
  readonly operator: '_||_' | '_&&_'
  readonly parts: readonly Expression[]
}

/** `["a", "b"].exists(x, …)` is `… || …`, and `all` is `… && …`; `undefined` for anything else. */
export const unrolled = ({ exprKind }: Expression): Unrolled | undefined => {
  if (exprKind.case !== 'comprehensionExpr') return undefined
  const { iterRange, iterVar, iterVar2, accuVar, accuInit, loopStep, result } = exprKind.value
  if (iterRange?.exprKind.case !== 'listExpr' || iterVar2 !== '') return undefined
  const texts = iterRange.exprKind.value.elements
  const operator = loopStep?.exprKind.case === 'callExpr' ? loopStep.exprKind.value.function : ''
  if ((operator !== '_||_' && operator !== '_&&_') || !texts.every(text => literalOf(text) !== undefined))
    return undefined
  const [kept, body] = loopStep!.exprKind.case === 'callExpr' ? loopStep!.exprKind.value.args : []
  const isPlain =
    texts.length > 0 &&
    texts.length <= MOST &&
    pathOf(kept!) === accuVar &&
    pathOf(result!) === accuVar &&
    boolOf(accuInit!) === (operator === '_&&_') &&
    !hasLoop(body!)
  return isPlain ? { operator, parts: texts.map(text => replaced(body!, iterVar, text)) } : undefined
}

const boolOf = ({ exprKind }: Expression): boolean | undefined =>
  exprKind.case === 'constExpr' && exprKind.value.constantKind.case === 'boolValue'
    ? exprKind.value.constantKind.value
    : undefined

/** In a loop of its own, the name could be another one's. */
const hasLoop = (expression: Expression): boolean =>
  expression.exprKind.case === 'comprehensionExpr' || partsOf(expression).some(hasLoop)

/** A copy in which a text takes the place of a name. */
const replaced = (expression: Expression, name: string, text: Expression): Expression => {
  const copy = structuredClone(expression)
  const replace = (part: Expression): void => {
    if (part.exprKind.case === 'identExpr' && part.exprKind.value.name === name) part.exprKind = text.exprKind
    else for (const one of partsOf(part)) replace(one)
  }
  replace(copy)
  return copy
}
