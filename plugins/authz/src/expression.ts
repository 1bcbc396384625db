import type { parse } from '@bufbuild/cel'

/** A rule as CEL's parser gives it: the whole of it, or a part. */
export type Expression = ReturnType<typeof parse>['expr']

/** What a rule says at a place: calls, names, members, constants, lists, maps, and loops (`exists`, `all`, …). */
export type Form = Expression['exprKind']

/** The name that a chain of members spells, as `mcp.tool.name` or `mcp["tool"].name`; `undefined` for anything else. */
export const pathOf = ({ exprKind }: Expression): string | undefined => {
  if (exprKind.case === 'identExpr') return exprKind.value.name.replace(/^\./, '')
  if (exprKind.case === 'callExpr') return pathOfIndex(exprKind.value)
  if (exprKind.case !== 'selectExpr' || exprKind.value.testOnly) return undefined
  const owner = exprKind.value.operand === undefined ? undefined : pathOf(exprKind.value.operand)
  return owner === undefined ? undefined : `${owner}.${exprKind.value.field}`
}

const pathOfIndex = ({ function: name, args }: Extract<Form, { readonly case: 'callExpr' }>['value']) => {
  const [owner, index] = args
  const [path, member] = name === '_[_]' ? [pathOf(owner!), literalOf(index!)] : []
  // A member whose name has a dot would spell another path.
  return path === undefined || member === undefined || !/^\w+$/.test(member) ? undefined : `${path}.${member}`
}

/** The text that a part of a rule is, if it is one. */
export const literalOf = ({ exprKind }: Expression): string | undefined =>
  exprKind.case === 'constExpr' && exprKind.value.constantKind.case === 'stringValue'
    ? exprKind.value.constantKind.value
    : undefined

/** The parts that a part of a rule is made of. */
export const partsOf = ({ exprKind }: Expression): readonly Expression[] => {
  switch (exprKind.case) {
    case 'callExpr':
      return present(exprKind.value.target, ...exprKind.value.args)
    case 'selectExpr':
      return present(exprKind.value.operand)
    case 'listExpr':
      return exprKind.value.elements
    case 'structExpr':
      return exprKind.value.entries.flatMap(({ keyKind, value }) =>
        present(keyKind.case === 'mapKey' ? keyKind.value : undefined, value)
      )
    case 'comprehensionExpr': {
      const { accuInit, iterRange, loopCondition, loopStep, result } = exprKind.value
      return present(iterRange, accuInit, loopCondition, loopStep, result)
    }
    default:
      return []
  }
}

const present = (...parts: readonly (Expression | undefined)[]): Expression[] =>
  parts.filter(part => part !== undefined)
