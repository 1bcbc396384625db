import type { Principal } from '@sluice/plugin-api'
import { fakeExchange } from '@sluice/test-kit'
import t from 'tap'
import { Caller } from '../src/caller.ts'
import type { RuleConfig } from '../src/config.ts'
import { Person } from '../src/person.ts'
import { Policy } from '../src/policy.ts'
import { anyOf, type NamedQuestion, newQuestion } from '../src/question.ts'

const principal: Principal = {
  tenantId: 't',
  objectId: 'ada',
  clientId: 'client',
  kind: 'user',
  name: 'Ada',
  scopes: ['mcp.read'],
  roles: ['Reader'],
  groups: ['g1'],
  expiresAt: 0,
  claims: { acct: 0, dept: 'sales', level: 3 }
}

/** What rules say of a question. */
const decide = (
  rules: readonly RuleConfig[],
  question: Partial<NamedQuestion>,
  who: Partial<Principal> | null = {}
) => {
  const policy = new Policy(rules, index => ({ name: `rules[${index}]`, place: `file:${index}` }))
  const person = who === null ? undefined : new Person({ ...principal, ...who }, policy.ofPerson)
  const x = fakeExchange({ rawHeaders: ['x-team', 'a', 'authorization', 'Bearer secret'] })
  const caller = new Caller(x, person, policy.ofRequest)
  const {
    method,
    kind,
    name,
    arguments: given
  } = { method: 'tools/call', kind: 'tool', name: 'echo', arguments: {}, ...question } as const
  const asked = newQuestion(method, kind, name, given)
  const verdict = policy.decide(asked, caller)
  t.strictSame(policy.about(anyOf(method, kind), caller).decide(asked, caller), verdict, 'the same in a long list')
  return verdict
}

const prompt = { method: 'prompts/get', kind: 'prompt', arguments: undefined } as const
const open = { arguments: undefined }

/** What a server could make of what the rule denies, or another number than JavaScript read. */
const OF_ANOTHER_TYPE: readonly (readonly [rule: string, given: object])[] = [
  ['mcp.tool.arguments.path == "/etc/passwd"', { path: ['/etc/passwd'] }],
  ['!(mcp.tool.arguments.path != "/etc/passwd")', { path: { a: 1 } }],
  ['mcp.tool.arguments.amount == 500', { amount: '500' }],
  ['mcp.tool.arguments.to in ["evil", "bad"]', { to: ['evil'] }],
  ['mcp.tool.arguments.to in {"evil": 1}', { to: ['evil'] }],
  ['mcp.tool.arguments.to.exists(x, x == "evil")', { to: [['evil']] }],
  ['mcp.tool.arguments.l == ["a"]', { l: [['a']] }],
  ['mcp.tool.arguments.m == {"a": 1}', { m: { a: '1' } }],
  ['mcp.tool.arguments.ok == true', { ok: 'true' }],
  ['mcp.tool.arguments.id == 5', { id: 2 ** 53 }],
  ['mcp.tool.arguments.id < 0', { id: Infinity }],
  ['5 in mcp.tool.arguments.ids', { ids: [1, 2 ** 60] }],
  ['mcp.tool.arguments.a.id == 5', { a: { id: -(2 ** 53) } }]
]

const ROWS: readonly (readonly [
  says: string,
  allowed: boolean,
  rules: readonly RuleConfig[],
  question?: Partial<NamedQuestion>,
  who?: Partial<Principal> | null
])[] = [
  ['no rule that allows it refuses', false, [{ allow: 'mcp.tool.name == "other"' }]],
  ['one that allows it', true, [{ allow: 'mcp.tool.name == "other"' }, { allow: 'mcp.tool.name == "echo"' }]],
  ['only rules that refuse others', true, [{ deny: 'mcp.tool.name == "other"' }]],
  ['deny wins over allow', false, [{ allow: 'true' }, { deny: 'mcp.tool.name.startsWith("ec")' }]],
  ['require that holds', true, [{ require: '"Reader" in jwt.roles' }]],
  ['require that does not', false, [{ require: '"Writer" in principal.roles' }]],
  ['a scope is no part of another', false, [{ allow: '"mcp" in jwt.scopes' }]],
  ['an allow that cannot be told', false, [{ allow: 'jwt.missing == "x"' }]],
  ['a deny that cannot be told', false, [{ deny: 'jwt.missing == "x"' }]],
  ['a require that cannot be told', false, [{ require: 'jwt.missing == "x"' }]],
  ['an error that another part outweighs', true, [{ allow: 'jwt.missing == "x" || true' }]],
  ['a value of another type', false, [{ allow: 'jwt.level.contains("3")' }]],
  ['whole numbers and numbers', true, [{ allow: 'jwt.level == 3 && jwt.level >= 2 && jwt.level < 3.5' }]],
  ['groups that are unknown, in allow', false, [{ allow: '"g1" in principal.groups' }], {}, { groups: undefined }],
  ['groups that are unknown, in deny', false, [{ deny: '"g2" in principal.groups' }], {}, { groups: undefined }],
  ['groups that are unknown, in a denied deny', false, [{ deny: '!("g2" in jwt.groups)' }], {}, { groups: undefined }],
  ['groups that are known', true, [{ deny: '"g2" in principal.groups' }]],
  ['whether groups are known', true, [{ allow: '!has(principal.groups)' }], {}, { groups: undefined }],
  ['a member', true, [{ deny: 'principal.guest' }]],
  ['a guest', false, [{ deny: 'principal.guest' }], {}, { claims: { acct: 1 } }],
  ['nobody knows whether a guest', false, [{ deny: 'principal.guest' }], {}, { claims: {} }],
  ['an agent on behalf of a person', false, [{ deny: 'principal.viaAgent' }], {}, { claims: { xms_act_fct: '9 11' } }],
  ['nobody signed in', false, [{ deny: 'principal.kind == "agent"' }], {}, null],
  ['nobody signed in, and a claim is not there', false, [{ allow: '!has(jwt.blocked)' }], {}, null],
  ['nobody signed in, and nobody is asked for', true, [{ allow: 'mcp.tool.name == "echo"' }], {}, null],
  ['a rule on tools denies no prompt', true, [{ deny: 'mcp.tool.name == "echo"' }], prompt],
  ['a rule on tools allows no prompt', false, [{ allow: 'mcp.tool.name != "other"' }], prompt],
  ['nor does CEL', false, [{ allow: '(mcp.tool.name + jwt.dept) != "other"' }], prompt],
  ['a rule on tools requires of prompts', false, [{ require: 'mcp.tool.name in ["echo"]' }], prompt],
  ['a rule says that it is about tools', true, [{ require: '!has(mcp.tool) || mcp.tool.name == "x"' }], prompt],
  ['by method', false, [{ deny: 'mcp.method == "prompts/get"' }], prompt],
  ['arguments', true, [{ allow: 'mcp.tool.arguments.n <= 5' }], { arguments: { n: 5 } }],
  ['arguments that are too large', false, [{ allow: 'mcp.tool.arguments.n <= 5' }], { arguments: { n: 6 } }],
  ['arguments that are not there', false, [{ deny: 'mcp.tool.arguments.n > 5' }], { arguments: {} }],
  ['arguments of another type', false, [{ deny: 'mcp.tool.arguments.n > 5' }], { arguments: { n: '1' } }],
  ['null is there', false, [{ deny: 'has(mcp.tool.arguments.force)' }], { arguments: { force: null } }],
  ['null in something is there', false, [{ deny: '"a" in mcp.tool.arguments.x' }], { arguments: { x: { a: null } } }],
  [
    'an argument that poses as a message',
    true,
    [{ allow: 'mcp.tool.arguments.n["$typeName"] == "x"' }],
    { arguments: { n: { $typeName: 'x' } } }
  ],
  [
    'an argument called constructor',
    true,
    [{ allow: 'mcp.tool.arguments.constructor == 1' }],
    { arguments: { constructor: 1 } }
  ],
  [
    'more arguments than anybody looks at',
    false,
    [{ deny: 'mcp.tool.arguments.n == 2' }],
    { arguments: { n: 1, more: Array.from({ length: 10_001 }, () => 0) } }
  ],
  ['arguments that nobody knows yet, in allow', true, [{ allow: 'mcp.tool.arguments.n <= 5' }], open],
  ['arguments that nobody knows yet, in deny', true, [{ deny: 'mcp.tool.arguments.n > 5' }], open],
  ['arguments that nobody knows yet, in a denied deny', true, [{ deny: '!(mcp.tool.arguments.n <= 5)' }], open],
  [
    'arguments that nobody knows yet, where no others help',
    false,
    [{ allow: 'mcp.tool.name == "x" && mcp.tool.arguments.n <= 5' }],
    open
  ],
  [
    'arguments that nobody knows yet, where none can help',
    false,
    [{ deny: 'mcp.tool.arguments.n > 5 || mcp.tool.name == "echo"' }],
    open
  ],
  [
    'arguments that nobody knows yet, and an error',
    false,
    [{ allow: 'mcp.tool.arguments.n > 5 && jwt.missing == 1' }],
    open
  ],
  [
    'loops',
    true,
    [{ allow: 'mcp.tool.arguments.to.all(to, to.endsWith("@contoso.example"))' }],
    { arguments: { to: ['a@contoso.example', 'b@contoso.example'] } }
  ],
  [
    'a loop with an error',
    false,
    [{ allow: 'mcp.tool.arguments.to.all(to, to.endsWith("@contoso.example"))' }],
    { arguments: { to: ['a@contoso.example', 7] } }
  ],
  ...OF_ANOTHER_TYPE.map(
    ([rule, arguments_]) =>
      [`${rule} of ${JSON.stringify(arguments_)}`, false, [{ deny: rule }], { arguments: arguments_ }] as const
  ),
  ['a list with one of the type', false, [{ deny: '"a" in mcp.tool.arguments.to' }], { arguments: { to: [5, 'a'] } }],
  ['null can be asked of all', true, [{ deny: 'mcp.tool.arguments.x == null' }], { arguments: { x: 5 } }],
  [
    'numbers are numbers',
    true,
    [{ allow: 'mcp.tool.arguments.n in [5u, 7] && mcp.tool.arguments.n != 6.0' }],
    { arguments: { n: 7 } }
  ],
  [
    'lists',
    true,
    [{ allow: 'mcp.tool.arguments.l == ["a", "b"] && mcp.tool.arguments.l != ["a"]' }],
    { arguments: { l: ['a', 'b'] } }
  ],
  [
    'maps',
    true,
    [{ allow: 'mcp.tool.arguments.m == {"a": 1} && "a" in mcp.tool.arguments.m' }],
    { arguments: { m: { a: 1 } } }
  ],
  [
    'a number that is held, beside one that is not',
    true,
    [{ allow: 'mcp.tool.arguments.n == 1' }],
    { arguments: { n: 1, id: 2 ** 53 } }
  ],
  [
    'that there is a number that is not held',
    true,
    [{ allow: 'has(mcp.tool.arguments.id)' }],
    { arguments: { id: 2 ** 53 } }
  ],
  [
    'an id in capital letters',
    false,
    [{ deny: `principal.objectId == "AAAAAAAA-0000-4000-8000-000000000001"` }],
    {},
    { objectId: 'aaaaaaaa-0000-4000-8000-000000000001' }
  ],
  [
    'a group in capital letters',
    false,
    [{ deny: `"AAAAAAAA-0000-4000-8000-000000000001" in jwt.groups` }],
    {},
    { groups: ['aaaaaaaa-0000-4000-8000-000000000001'] }
  ],
  ['an id of another provider', true, [{ allow: 'principal.objectId in ["A-1", "B-1"]' }], {}, { objectId: 'A-1' }],
  ['a name by its index', false, [{ deny: 'mcp["tool"]["name"] == "ECHO"' }], open],
  ['fields of the request', true, [{ allow: 'request.headers["x-team"] == "a" && request.method == "POST"' }]],
  ['an address', true, [{ allow: 'source.address.startsWith("127.")' }]],
  ['patterns', true, [{ allow: 'mcp.tool.name.matches("^e(c|x)ho$")' }]],
  [
    'a pattern that others take years for',
    false,
    [{ allow: 'mcp.tool.name.matches("^(a+)+$")' }],
    { name: `${'a'.repeat(5000)}!` }
  ]
]

for (const [says, allowed, rules, question = {}, who] of ROWS) {
  t.test(says, async t => t.equal(decide(rules, question, who).allowed, allowed))
}

t.test('a verdict has the rule, its place, and whether it could be told', async t => {
  const rules = [{ allow: 'mcp.tool.name == "echo"' }, { deny: 'jwt.x == 1' }]
  t.strictSame(decide(rules.slice(0, 1), {}), {
    allowed: true,
    reason: 'The allow rule rules[0] (file:0) allows it.',
    rule: 'rules[0]'
  })
  t.match(decide(rules, {}), { rule: 'rules[1]', reason: /\(file:1\) cannot be told, which counts against the caller/ })
  t.match(decide([{ allow: 'false' }], {}), { rule: undefined, reason: 'No rule allows it.' })
})
