import { fakeContext } from '@sluice/test-kit'
import t from 'tap'
import type { RuleConfig } from '../src/config.ts'
import { createAuthz } from '../src/filter.ts'

/** What is said of a rule that does not load. */
const fault = (rule: RuleConfig): { readonly message: string; readonly configPath: readonly unknown[] } | undefined => {
  try {
    createAuthz({ rules: [{ allow: 'true' }, rule], mode: 'enforce' }, fakeContext())
    return undefined
  } catch (error) {
    return error as ReturnType<typeof fault>
  }
}

const NAMES =
  'a name is compared with texts of the rule, by ==, !=, in a list, startsWith(), endsWith(), contains() or matches(): else letter case would get round the rule'

const REFUSED: Readonly<Record<string, string>> = {
  'mcp.tool.name': 'column 9 of the rule: a rule is true or false; this is string',
  '1 + 1': 'column 2 of the rule: a rule is true or false; this is int',
  'jwt.admin':
    'column 4 of the rule: a rule is true or false; this is dyn, of a type that nobody knows: compare it, as with == true',
  'principle.kind == "user"':
    'column 1 of the rule: there is no principle; there are principal, jwt, mcp, request, source',
  'mcp.tool.title == "x"': 'column 9 of the rule: there is no title here; there are name, arguments',
  'mcp["tool"].title == "x"': 'column 12 of the rule: there is no title here; there are name, arguments',
  'mcp.tool.target == "x"': 'column 9 of the rule: there is no target here; there are name, arguments',
  'has(mcp.tools)': 'column 5 of the rule: there is no tools here; there are method, tool, prompt, resource, task',
  'mcp.tool.constructor == 1': 'column 9 of the rule: there is no constructor here; there are name, arguments',
  'constructor == 1': 'column 1 of the rule: there is no constructor; there are principal, jwt, mcp, request, source',
  'principal.name == "Ada"':
    'column 10 of the rule: name decides nothing here: a name can change and be given anew: use principal.objectId, a role or a group',
  'jwt.scp.contains("x")':
    'column 4 of the rule: scp decides nothing here: scp is one text, of which contains() finds parts of names: write "name" in jwt.scopes',
  'jwt["scp"] == "x"':
    'column 4 of the rule: scp decides nothing here: scp is one text, of which contains() finds parts of names: write "name" in jwt.scopes',
  'has(jwt.xms_par_app_azp)':
    'column 5 of the rule: xms_par_app_azp decides nothing here: it would let in every agent of the blueprint; it is recorded and decides nothing. Use principal.clientId',
  'mcp.tool.name.startWith("x")': 'column 14 of the rule: there is no function startWith',
  'mcp.tool.name.startsWith(5)': 'column 14 of the rule: startsWith does not take string (int)',
  'mcp.tool.name > 5': 'column 15 of the rule: > does not take string, int',
  '"x" in mcp.tool.name': 'column 4 of the rule: in does not take string, string',
  'mcp.tool.name && true': 'column 9 of the rule: this is string, where bool belongs',
  'mcp.tool.name.matches("(")':
    'column 23 of the rule: this is no pattern: error parsing regexp: missing closing ): `(`',
  'mcp.tool.name.matches(jwt.pattern)':
    'column 14 of the rule: the pattern of matches() is a text in the rule, which is compiled when it loads',
  'mcp.tool.arguments.a.all(x, mcp.tool.arguments.b.exists(y, x == y))':
    'column 47 of the rule: a loop in a loop goes over a list in the rule, or over scopes, roles or groups',
  'mcp.tool.arguments.to.filter(t, t == "x").size() == 1':
    'column 19 of the rule: map() and filter() go over a list in the rule, or over scopes, roles or groups; exists(), exists_one() and all() over anything',
  'mcp.tool.name == ': 'column 15 of the rule: something belongs behind ==',
  'principal.guest && // and?': 'column 17 of the rule: something belongs behind &&',
  'mcp.tool.name = "x"': 'column 15 of the rule: = compares nothing: write ==',
  'mcp.tool.name == "a=b" & principal.guest': 'column 24 of the rule: & joins nothing: write &&',
  'mcp.tool.name == r"\\" | principal.guest': 'column 23 of the rule: | joins nothing: write ||',
  "mcp.tool.name == 'x": 'column 18 of the rule: this quote is not closed',
  'mcp.tool.name == "it\'s" && "': 'column 28 of the rule: this quote is not closed',
  'mcp.tool.name "x"': 'column 15 of the rule: found " but expecting end of input',
  'true &&\n  nobody == 1':
    'line 2, column 3 of the rule: there is no nobody; there are principal, jwt, mcp, request, source',
  'jwt[mcp.tool.name] == 1': 'column 4 of the rule: a member is named by a text in the rule: jwt["name"]',
  'mcp.tool.arguments.id == 9007199254740993':
    'column 26 of the rule: no number of a caller is compared with this one: integers reach to 9007199254740991',
  'principal.kind == "application"':
    'column 19 of the rule: there is no kind application; there are user, app, agent, agent-user',
  'principal.kind in ["app", "bot"]':
    'column 27 of the rule: there is no kind bot; there are user, app, agent, agent-user',
  'mcp.method == "tools/list"': 'column 15 of the rule: rules are not asked about tools/list: it passes',
  'mcp.method != "Tools/Call"': 'column 15 of the rule: there is no method Tools/Call; write tools/call',
  'mcp.tool.name == " pay"':
    'column 18 of the rule: a name like this is refused before any rule is asked: it could be read as another one',
  'mcp["resource"].uri == "file:///a/../b"':
    'column 24 of the rule: a URI like this is refused before any rule is asked: it could be read as another one',
  'principal.scopes == "mcp_access"': 'column 18 of the rule: list(string) and string are never the same',
  'principal.roles.exists(r, r == 5)': 'column 28 of the rule: string and int are never the same',
  '5 in principal.roles': 'column 2 of the rule: int and string are never the same',
  'mcp.tool.name == null': 'column 15 of the rule: string and null_type are never the same',
  'mcp.tool == {"name": "drop"}': 'column 4 of the rule: name one of its members: name, arguments',
  '[mcp].exists(m, m.tool.name == "drop")':
    'column 2 of the rule: name one of the members of mcp: method, tool, prompt, resource, task',
  'dyn(jwt).scp == "a"': 'column 5 of the rule: name one of the members of jwt: scopes, roles, groups',
  'request.headers["X-Team"] == "a"': 'column 16 of the rule: names of fields are in lower case: write x-team',
  'has(request.headers.authorization)': 'column 1 of the rule: authorization is a credential, which no rule sees',
  'mcp.tool.name in (["drop"] + ["kill"])': NAMES,
  'true && mcp.tool.name == "dr" + "op"': NAMES,
  '[mcp.tool.name] == ["drop"]': NAMES,
  'dyn(mcp.tool.name) == "drop"': NAMES,
  'mcp.tool.name in {"drop": 1}': NAMES,
  'Foo{a: 1} == 1': 'column 1 of the rule: there is no type Foo'
}

for (const [rule, message] of Object.entries(REFUSED)) {
  t.test(`does not load: ${rule}`, async t => {
    const found = fault({ deny: rule })
    t.equal(message === NAMES ? found?.message.replace(/^column \d+ of the rule: /, '') : found?.message, message)
    t.strictSame(found?.configPath, ['rules', 1, 'deny'])
  })
}

for (const rule of [
  'true',
  'jwt.admin == true',
  'jwt.address.country == "DE"',
  'jwt["extension_app"] == "x"',
  '"a" in jwt.amr',
  'type(jwt.x) == string',
  '"dept" in jwt',
  'mcp.tool.name.startsWith(jwt.dept)',
  '["drop_", "purge_"].all(p, !mcp.tool.name.startsWith(p))',
  'size(principal.roles) > 0',
  'mcp.tool.arguments.a.all(x, ["a", "b"].exists(y, x == y))',
  'mcp.tool.arguments.to.exists_one(t, t.endsWith("@contoso.example"))',
  'principal.roles.filter(r, r.startsWith("Mcp.")).size() > 0',
  'mcp.tool.arguments.n > 1.5 && mcp.tool.arguments.n <= 2',
  'has(mcp.tool.arguments.a.b) ? mcp.tool.arguments.a.b == 1 : true',
  'timestamp(mcp.tool.arguments.at) < timestamp("2030-01-01T00:00:00Z")'
]) {
  t.test(`loads: ${rule}`, async t => t.equal(fault({ require: rule })?.message, undefined))
}

t.test('all rules that do not load are told at once', async t => {
  const rules = [{ deny: 'a' }, { id: 'x', allow: 'true' }, { id: 'x', deny: 'true' }, { require: '1' }]
  const paths: unknown[] = []
  try {
    createAuthz({ rules, mode: 'enforce' }, fakeContext())
  } catch (error) {
    for (const { configPath } of (error as AggregateError).errors) paths.push(configPath)
  }
  t.strictSame(paths, [
    ['rules', 2, 'id'],
    ['rules', 0, 'deny'],
    ['rules', 3, 'require']
  ])
})

t.test('two rules with one id do not load', async t => {
  const rules = [
    { id: 'a', allow: 'true' },
    { id: 'a', deny: 'false' }
  ]
  t.throws(() => createAuthz({ rules, mode: 'enforce' }, fakeContext()), /another rule has this id/)
})
