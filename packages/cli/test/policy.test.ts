import t, { type Test } from 'tap'
import { sluice } from './sluice.ts'

const config = `
publicUrl: https://mcp.contoso.example
routes:
  - name: everything
    path: /mcp
    upstream: http://127.0.0.1:9/mcp
    filters:
      - jwt-entra:
          tenant: 8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44
          audiences: [b92d6e60-86ff-4359-b971-04404fe079ec]
      - scope: { required: [mcp_access], appRoles: [Mcp.Read], tools: { "delete_*": [notes.delete] } }
      - authz:
          rules:
            - { id: readers, allow: mcp.tool.name.startsWith("get_") }
            - { allow: mcp.tool.name == "pay" && mcp.tool.arguments.amount <= 100 }
            - { id: writers, allow: '"g1" in principal.groups' }
          groups: { resolve: graph, credential: { clientId: x, secret: y } }
`

const cases = `
callers:
  ada: { scopes: [mcp_access] }
  max: { scopes: [mcp_access], groups: unknown }
  wanda: { scopes: [mcp_access, notes.delete], groups: [g1] }
  bot: { kind: app, roles: [Mcp.Read] }
cases:
  - { who: ada, tool: get_time, expect: allow, listed: true, rule: readers }
  - { who: ada, tool: pay, arguments: { amount: 5 }, expect: allow, rule: 'rules[1]' }
  - { who: ada, tool: pay, arguments: { amount: 500 }, expect: deny, listed: true }
  - { who: max, tool: put_note, expect: deny, listed: false }
  - { who: wanda, tool: delete_note, expect: allow }
  - { who: ada, tool: delete_note, expect: deny }
  - { who: bot, prompt: summary, expect: deny }
  - { tool: get_time, expect: deny }
`

const run = async (t: Test, table: string, ...more: string[]) => {
  const folder = t.testdir({ 'sluice.yaml': config, 'cases.yaml': table })
  return sluice(['policy', 'test', 'cases.yaml', ...more], folder)
}

t.test('a table of cases that is as expected', async t => {
  const { code, stdout, stderr } = await run(t, cases)
  t.equal(stderr, '')
  t.equal(code, 0)
  t.match(stdout, 'ok      ada  tool get_time: allow; readers (sluice.yaml:14:15)\n')
  t.match(stdout, 'ok      ada  tool pay: allow; rules[1] (sluice.yaml:15:15)\n')
  t.match(stdout, 'ok      ada  tool delete_note: deny, not listed; tools["delete_*"] (sluice.yaml:11:16)\n')
  t.match(stdout, 'ok      nobody  tool get_time: deny, not listed; SLUICE_SCOPE_SIGN_IN_REQUIRED\n')
  t.match(stdout, '8 of 8 cases are as expected.\n')
})

t.test('what is not as expected is told with its line', async t => {
  const wrong = cases.replace(
    'expect: allow, listed: true, rule: readers',
    'expect: deny, listed: false, rule: writers'
  )
  const { code, stdout } = await run(t, wrong)
  t.equal(code, 1)
  t.match(stdout, 'NOT OK  ada  tool get_time: allow; readers')
  for (const line of ['expected deny', 'expected not listed', 'expected the rule writers'])
    t.match(stdout, `        cases.yaml:8: ${line}\n`)
  t.match(stdout, '7 of 8 cases are as expected.\n')
})

t.test('what the gateway itself refuses is no denial by a policy', async t => {
  const large = JSON.stringify({ text: 'x'.repeat(4 * 1024 * 1024) })
  const { code, stdout } = await run(
    t,
    `callers: { ada: { scopes: [mcp_access] } }
cases:
  - { who: ada, tool: pay, arguments: ${large}, expect: deny }
`
  )
  t.equal(code, 1)
  t.match(stdout, /^NOT OK {2}ada {2}tool pay: error; SLUICE_REQUEST_BODY_TOO_LARGE$/m)
  t.match(stdout, '        cases.yaml:3: expected deny; no policy decided this')
})

for (const [says, table, message] of [
  ['no cases', 'callers: {}', /cases\.yaml: a list of cases belongs here/],
  ['no YAML', 'cases: [', /^cases\.yaml:1:\d+: /],
  ['an empty list', 'cases: []', /cases\.yaml:1: there is no case/],
  [
    'another route',
    'cases:\n  - { route: nope, tool: a, expect: allow }',
    /^cases\.yaml:2: there is no route nope; there are everything\n$/
  ],
  [
    'an unknown key',
    'cases:\n  - { tool: a, expected: allow }',
    /cases\.yaml:2: unknown key "expected"; known: route, who/
  ],
  [
    'two things',
    'cases:\n  - { tool: a, prompt: b, expect: allow }',
    /cases\.yaml:2: name one tool, prompt or resource/
  ],
  ['nobody of this name', 'cases:\n  - { who: eve, tool: a, expect: allow }', /cases\.yaml:2: there is no caller eve/],
  ['no expectation', 'cases:\n  - { tool: a, expect: yes }', /cases\.yaml:2: expect is allow or deny/],
  ['a number for a name', 'cases:\n  - { tool: 5, expect: allow }', /cases\.yaml:2: tool is text/]
] as const) {
  t.test(`${says} is a fault of the table`, async t => {
    const { code, stderr } = await run(t, table)
    t.equal(code, 1)
    t.match(stderr, message)
  })
}

t.test('a command line that is not whole is told what is missing', async t => {
  for (const args of [['policy'], ['policy', 'test'], ['policy', 'try', 'x'], ['policy', 'test', 'x', 'y']]) {
    const { code, stderr } = await sluice(args, t.testdir({}))
    t.equal(code, 2)
    t.match(stderr, /write sluice policy test FILE/)
  }
})

t.test('all wrong values are told at once', async t => {
  const table = `
callers:
  a: { kind: robot }
  b: { groups: unknwon }
  c: { scopes: mcp_access }
  d: { objectId: 5 }
  e: { claims: [] }
  f: { rool: x }
  g: 5
cases:
  - { who: a, tool: x, arguments: [], expect: allow }
  - { who: b, tool: x, expect: maybe }
  - { who: h, tool: x, expect: deny }
`
  const { code, stderr } = await run(t, table)
  t.equal(code, 1)
  t.strictSame(stderr.trimEnd().split('\n'), [
    'cases.yaml:3: kind is one of user, app, agent, agent-user',
    'cases.yaml:4: groups is a list of texts, or unknown',
    'cases.yaml:5: scopes is a list of texts',
    'cases.yaml:6: objectId is text; put quotes around it',
    'cases.yaml:7: claims is a map',
    'cases.yaml:8: unknown key "rool"; known: kind, tenantId, objectId, clientId, scopes, roles, groups, claims',
    'cases.yaml:9: a map belongs here',
    'cases.yaml:11: arguments: a map belongs here',
    'cases.yaml:12: expect is allow or deny',
    'cases.yaml:13: there is no caller h'
  ])
})
