import { parser } from '@prometheus-io/lezer-promql'

/** A metric that a query asks for, and the labels that it is asked for by: in matchers, and in what sums it up. */
export interface Selected {
  readonly metric: string
  readonly labels: readonly string[]
}

type Node = ReturnType<typeof parser.parse>['topNode']

/** What a query asks for. @throws SyntaxError */
export const selectedBy = (query: string): readonly Selected[] => {
  const { topNode } = parser.parse(query)
  const text = (node: Node): string => query.slice(node.from, node.to)
  const within = (root: Node, name: string): Node[] => {
    const found: Node[] = []
    root.cursor().iterate(({ node }) => void (node.name === name && found.push(node)))
    return found
  }
  if (within(topNode, '⚠').length > 0) throw new SyntaxError(`no PromQL: ${query}`)
  return within(topNode, 'VectorSelector').map(selector => ({
    metric: text(within(selector, 'Identifier')[0]!),
    labels: [
      ...within(selector, 'LabelName'),
      ...enclosing(selector, 'AggregateExpr').flatMap(sum =>
        sum.getChildren('AggregateModifier').flatMap(modifier => within(modifier, 'LabelName'))
      )
    ].map(text)
  }))
}

const enclosing = (node: Node, name: string): Node[] => {
  const found: Node[] = []
  for (let parent = node.parent; parent !== null; parent = parent.parent) if (parent.name === name) found.push(parent)
  return found
}
