import { celEnv, parse, plan } from '@bufbuild/cel'
import { fakeExchange, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import { thingText } from '../src/anchors.ts'
import { Bindings, type Reading } from '../src/bindings.ts'
import { Caller } from '../src/caller.ts'
import { Compiler } from '../src/compile.ts'
import type { Condition } from '../src/condition.ts'
import { ERROR, FALSE, type Outcome, TRUE } from '../src/outcome.ts'
import { Person } from '../src/person.ts'
import { RuleIndex } from '../src/rule-index.ts'
import { anyOf, type NamedQuestion, newQuestion } from '../src/question.ts'

const LEAVES = [
  'mcp.tool.name == "a"',
  'mcp.tool.name != "a"',
  '"ab" == mcp.tool.name',
  'mcp.tool.name in ["a", "", "b"]',
  'mcp.tool.name.startsWith("a")',
  'mcp.tool.name.endsWith("b")',
  'mcp.tool.name.contains("")',
  'mcp.tool.name.matches("^a.?$")',
  'mcp.tool.name.matches("^ab?$")',
  'mcp.tool.name.matches("^ab{0,1}")',
  'mcp.tool.name.matches("^ab+")',
  'mcp.tool.name.matches("^ab|b$")',
  'mcp.tool.name.matches("b")',
  'mcp.tool.name.matches("(a|[^b])b?$")',
  '["a", "b"].exists(x, mcp.tool.name.startsWith(x) && jwt.missing != x)',
  '["a", "b"].all(x, x != mcp.tool.name || x in principal.roles)',
  'mcp.prompt.name == ""',
  'mcp.resource.uri != ""',
  'mcp.task.id in ["a"]',
  'mcp.method == "tools/call"',
  'has(mcp.tool)',
  'has(mcp.prompt)',
  '"r" in jwt.roles',
  '"s" in principal.scopes',
  '"g" in principal.groups',
  '"g" in jwt.groups',
  'principal.kind == "user"',
  'principal.clientId.startsWith("c")',
  'jwt.missing == 1',
  'mcp.tool.arguments.n == 1',
  'true',
  'false'
]

const toolOf = (name: string): NamedQuestion => newQuestion('tools/call', 'tool', name, { n: 1 })

const QUESTIONS: readonly NamedQuestion[] = [
  ...['', 'a', 'ab', 'b', 'é', '\u{1f600}'].map(toolOf),
  ...(['prompt', 'resource', 'task'] as const).map(kind => newQuestion('x', kind, 'a')),
  newQuestion('x', undefined, '')
]

const persons = [
  { roles: ['r'], scopes: ['s', 't'], groups: ['g'] },
  { groups: undefined, kind: 'agent' as const, clientId: 'client' }
].map(who => new Person({ ...fakePrincipal(), ...who }, 100))

/** The next of a row of numbers that is the same each time (Lehmer). */
const numbers = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647)

/** Rules made by chance, the same each time. */
const rulesByChance = (seed: number, count: number): readonly string[] => {
  const next = numbers(seed)
  const any = <T>(list: readonly T[]): T => list[next() % list.length]!
  const make = (depth: number): string => {
    if (depth === 0 || next() % 4 === 0) return any(LEAVES)
    const operator = any(['&&', '||', '!'])
    return operator === '!' ? `!(${make(depth - 1)})` : `(${make(depth - 1)} ${operator} ${make(depth - 1)})`
  }
  return [...LEAVES, ...Array.from({ length: count }, () => make(4))]
}

const READINGS = ['strict', 'lenient'] satisfies Reading[]

/** From what refuses least to what refuses most in a rule that refuses: `!`, `&&` and `||` keep to it. */
const RANK = [FALSE, ERROR, TRUE]

const outcomeOf = (value: unknown): Outcome => (value === true ? TRUE : value === false ? FALSE : ERROR)

/** Each rule, compiled as one that refuses and as one that lets through, asked everything by everybody. */
const each = (
  texts: readonly string[],
  questions: readonly NamedQuestion[],
  look: (asked: {
    text: string
    refuses: boolean
    condition: Condition
    question: NamedQuestion
    caller: Caller
    reading: Reading
    expected: Outcome
  }) => void
): void => {
  const env = celEnv()
  for (const text of texts) {
    const whole = plan(env, parse(text))
    for (const refuses of [true, false]) {
      const condition = new Compiler().compile(text, refuses)
      for (const question of questions) {
        for (const person of persons) {
          person.outcomes.fill(0)
          const caller = new Caller(fakeExchange(), person, 100)
          for (const reading of READINGS) {
            const expected = outcomeOf(whole(new Bindings(question, caller, reading) as never))
            look({ text, refuses, condition, question, caller, reading, expected })
          }
        }
      }
    }
  }
}

t.test('what is compiled says what CEL says of the whole rule, and is found by what it is about', async t => {
  let compared = 0
  each(rulesByChance(4711, 500), QUESTIONS, ({ text, condition, question, caller, reading, expected }) => {
    const outcome = condition.ask(question, caller, reading)
    compared++
    const about = `${text} of ${JSON.stringify(question)}, ${reading}`
    if (outcome !== expected) t.equal(outcome, expected, about)
    const any = condition.ask(anyOf(question.method, question.kind), caller, reading)
    if ((any & outcome) === 0) t.fail(`${about}: not among the outcomes of what may be called so`)
    if (outcome === FALSE || (outcome === ERROR && reading === 'strict')) return
    const { kind, folded } = question
    if (new RuleIndex([{ condition }]).find(thingText(kind, folded), () => true) === undefined)
      t.fail(`${about}: the index leaves it out`)
  })
  t.comment(`${compared} comparisons`)
  t.ok(compared > 20_000)
})

t.test('a name in another case is never let through where the rule, as it is spelled, refuses', async t => {
  let folded = 0
  const questions = ['A', 'aB', 'Ab', 'B', 'É', '\u017f', '\u212a'].map(toolOf)
  each(rulesByChance(1147, 300), questions, ({ text, refuses, condition, question, caller, reading, expected }) => {
    const outcome = condition.ask(question, caller, reading)
    if (outcome !== expected) folded++
    const about = `${text} of ${question.name}, ${reading}: ${outcome} for ${expected}`
    const [is, was] = [RANK.indexOf(outcome), RANK.indexOf(expected)]
    if (refuses ? is < was : is > was) t.fail(about)
    if (outcome === FALSE || (outcome === ERROR && reading === 'strict')) return
    if (new RuleIndex([{ condition }]).find(thingText('tool', question.folded), () => true) === undefined)
      t.fail(`${about}: the index leaves it out`)
  })
  t.ok(folded > 500, `${folded} of them are others than CEL’s`)
})
