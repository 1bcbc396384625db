import { fakeExchange, fakePrincipal } from '../../packages/test-kit/src/index.ts'
import { Caller } from '../../plugins/authz/src/caller.ts'
import type { RuleConfig } from '../../plugins/authz/src/config.ts'
import { mayUse } from '../../plugins/authz/src/decision.ts'
import { ItemDecisions } from '../../plugins/authz/src/item-decisions.ts'
import { Person } from '../../plugins/authz/src/person.ts'
import { Policy } from '../../plugins/authz/src/policy.ts'
import { newQuestion } from '../../plugins/authz/src/question.ts'
import type { Case } from './case.ts'

const source = 'plugins/authz/src/policy.ts'
const RULES = 500
const VERBS = ['get', 'put', 'list', 'drop']
const TOOLS = Array.from({ length: 1000 }, (_, i) => `${VERBS[i % VERBS.length]}_${i}`)

const rulesOf = (rule: (i: number) => RuleConfig): readonly RuleConfig[] =>
  Array.from({ length: RULES }, (_, i) => rule(i))

/** Policies by what their rules are made of. */
const POLICIES = {
  names: rulesOf(i =>
    i % 5 === 0
      ? { deny: `mcp.tool.name == "${TOOLS[i]}" && !("g1" in principal.groups)` }
      : { allow: `mcp.tool.name == "${TOOLS[i * 2]}" && "g${i % 7}" in principal.groups` }
  ),
  beginnings: rulesOf(i => ({ allow: `mcp.tool.name.startsWith("${TOOLS[i]}") && "r${i % 9}" in jwt.roles` })),
  arguments: rulesOf(i => ({ deny: `mcp.tool.name == "${TOOLS[i]}" && mcp.tool.arguments.amount > ${i}` })),
  'parts of names': rulesOf(i => ({ deny: `mcp.tool.name.contains("x${i}_")` })),
  patterns: rulesOf(i => ({ deny: `mcp.tool.name.matches("^x${i}_.*$")` })),
  'patterns without a beginning': rulesOf(i => ({
    deny: `mcp.tool.name.matches("(secret|payroll)_x${i}|_admin${i}$")`
  })),
  'what few may do of much': rulesOf(i => ({ allow: `"h${i}" in principal.groups && mcp.tool.name.contains("_")` })),
  'all but some': rulesOf(i => ({ require: `!mcp.tool.name.startsWith("x${i}_") || "g${i}" in principal.groups` })),
  loops: rulesOf(i => ({ deny: `["x${i}_", "y${i}_"].exists(p, mcp.tool.name.startsWith(p))` })),
  'groups alone': rulesOf(i => ({ allow: `"h${i}" in principal.groups` })),
  'claims and names': rulesOf(i => ({ allow: `"h${i}" in jwt.roles && mcp.tool.name.startsWith(jwt.dept)` }))
}

const person = fakePrincipal({ groups: ['g1', 'g2'], roles: ['r3'] })

const caseOf = (kind: keyof typeof POLICIES, asked: 'call' | 'item'): Case => {
  const policy = new Policy(POLICIES[kind], index => ({ name: `rules[${index}]`, place: '' }))
  const caller = new Caller(fakeExchange(), new Person(person, policy.ofPerson), policy.ofRequest)
  const name = `${asked === 'call' ? 'decide a call' : 'decide an item of a list of 1,000'}, ${RULES} rules on ${kind}`
  let next = 0
  if (asked === 'call') {
    const run = () =>
      mayUse(policy, newQuestion('tools/call', 'tool', TOOLS[next++ % TOOLS.length]!, { amount: 1 }), caller)
    return { name, source, run }
  }
  let decisions = new ItemDecisions(policy, caller)
  const run = () => {
    const place = next++ % TOOLS.length
    if (place === 0) decisions = new ItemDecisions(policy, caller)
    return decisions.of({ method: 'tools/call', name: TOOLS[place]!, template: false })
  }
  return { name, source, run }
}

export const cases: readonly Case[] = (Object.keys(POLICIES) as (keyof typeof POLICIES)[]).flatMap(kind => [
  caseOf(kind, 'call'),
  caseOf(kind, 'item')
])
