import type { Translation } from './authentication.ts'
import { listOf, mapOf, type YamlMap } from './yaml-value.ts'

/** Names of agentgateway that are called otherwise here. */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/\bmcp\.resource\.name\b/g, 'mcp.resource.uri'],
  [/\bmcp\.task\.name\b/g, 'mcp.task.id'],
  [/\bmcp\.methodName\b/g, 'mcp.method']
]

/** Names that nothing here stands for, and what to do. */
const unknown: readonly (readonly [RegExp, string])[] = [
  [/\bmcp\.\w+\.target\b/, 'target: there is one MCP server behind a route; take the condition out'],
  [/\bjwt\.scp\b|\bjwt\.scope\b/, 'scp is one text; write "name" in jwt.scopes'],
  [/\b(?:apiKey|basicAuth|extauthz|extproc|mcpGuardrails|backend|env)\b/, 'it has no counterpart'],
  [/\brequest\.body\b|\bjwt\.rawToken\b/, 'it is not shown to rules']
]

/** Turns `mcpAuthorization` into `authz`. A rule that names what is not there, or is none, is kept: the load then stops at it. */
export const translateAuthorization = (block: YamlMap): Translation => {
  const rules = listOf(block['rules']).flatMap(ruleOf)
  if (rules.length === 0)
    return { filters: [], notes: ['mcpAuthorization has no rules: everything is allowed, as before.'] }
  const denies = rules.some(({ kind }) => kind === 'deny')
  return {
    filters: [{ authz: { rules: rules.map(({ kind, condition }) => ({ [kind]: translated(condition) })) } }],
    notes: [
      ...rules.flatMap(notesOnRule),
      ...(denies ? ['A deny rule that fails with an error refuses here; agentgateway let it pass.'] : [])
    ]
  }
}

interface Rule {
  readonly kind: string
  /** A text, unless the file is wrong. */
  readonly condition: unknown
}

const notesOnRule = ({ condition }: Rule): readonly string[] => {
  const text = JSON.stringify(condition)
  if (typeof condition !== 'string') return [`rule ${text} is no text: write the condition.`]
  return unknown.flatMap(([name, advice]) => {
    const [found] = name.exec(outsideText(condition)) ?? []
    return found === undefined ? [] : [`rule ${text} names ${found}: ${advice}.`]
  })
}

/** What is not a map is a rule that allows. */
const ruleOf = (value: unknown): Rule[] => {
  const kinds = Object.entries(mapOf(value))
  return kinds.length === 0
    ? [{ kind: 'allow', condition: value }]
    : kinds.map(([kind, condition]) => ({ kind, condition }))
}

const literals = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g

const outsideText = (condition: string): string => condition.replaceAll(literals, '""')

/** Renames in what is not quoted. */
const translated = (condition: unknown): unknown => {
  if (typeof condition !== 'string') return condition
  const quoted = condition.match(literals) ?? []
  const parts = condition.split(literals)
  const named = parts.map(part => renamed.reduce((text, [from, to]) => text.replaceAll(from, to), part))
  return named.map((part, i) => part + (quoted[i] ?? '')).join('')
}
