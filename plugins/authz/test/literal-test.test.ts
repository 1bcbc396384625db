import { celEnv, parse, plan } from '@bufbuild/cel'
import { fakeExchange, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import { Bindings, type Reading } from '../src/bindings.ts'
import { Caller } from '../src/caller.ts'
import { Compiler } from '../src/compile.ts'
import { thingKey } from '../src/condition.ts'
import { ERROR, FALSE, TRUE } from '../src/outcome.ts'
import { Person } from '../src/person.ts'
import { RuleIndex } from '../src/rule-index.ts'
import type { Question } from '../src/question.ts'

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

const QUESTIONS: readonly Question[] = [
  ...['', 'a', 'ab', 'b', 'é', '\u{1f600}'].map(name => ({
    method: 'tools/call',
    kind: 'tool' as const,
    name,
    arguments: { n: 1 }
  })),
  ...(['prompt', 'resource', 'task'] as const).map(kind => ({ method: 'x', kind, name: 'a', arguments: undefined })),
  { method: 'x', kind: undefined, name: '', arguments: undefined }
]

const persons = [
  { roles: ['r'], scopes: ['s', 't'], groups: ['g'] },
  { groups: undefined, kind: 'agent' as const, clientId: 'client' }
].map(who => new Person({ ...fakePrincipal(), ...who }, 100))

/** The next of a row of numbers that is the same each time (Lehmer). */
const numbers = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647)

t.test('what is compiled says what CEL says of the whole rule', async t => {
  const next = numbers(4711)
  const any = <T>(list: readonly T[]): T => list[next() % list.length]!
  const make = (depth: number): string => {
    if (depth === 0 || next() % 4 === 0) return any(LEAVES)
    const operator = any(['&&', '||', '!'])
    return operator === '!' ? `!(${make(depth - 1)})` : `(${make(depth - 1)} ${operator} ${make(depth - 1)})`
  }
  const env = celEnv()
  let compared = 0
  for (const text of [...LEAVES, ...Array.from({ length: 2000 }, () => make(4))]) {
    const compiled = new Compiler().compile(text)
    const whole = plan(env, parse(text))
    for (const question of QUESTIONS) {
      for (const person of persons) {
        person.outcomes.fill(0)
        const caller = new Caller(fakeExchange(), person, 100)
        for (const reading of ['strict', 'lenient'] satisfies Reading[]) {
          const value = whole(new Bindings(question, caller, reading) as never)
          const expected = value === true ? TRUE : value === false ? FALSE : ERROR
          const outcome = compiled.ask(question, caller, reading)
          compared++
          if (outcome !== expected) t.equal(outcome, expected, `${text} of ${JSON.stringify(question)}, ${reading}`)
          if (outcome === FALSE || (outcome === ERROR && reading === 'strict')) continue
          const index = new RuleIndex([{ condition: compiled }])
          if (index.find(thingKey(question.kind, question.name), () => true) === undefined)
            t.fail(`${text} is not false of ${question.name}, which the index leaves out`)
        }
      }
    }
  }
  t.comment(`${compared} comparisons`)
  t.ok(compared > 50_000)
})
