import t from 'tap'
import { callers, type Case, cases, rules } from './authz/cases.ts'
import { besidesItems, type ListKind, listMethod, namesIn, scene, type Way } from './authz/scene.ts'

const WAYS: readonly Way[] = (['2025-06-18', '2025-11-25', '2026-07-28'] as const).flatMap(revision =>
  (['json', 'events'] as const).map(form => ({ revision, form }))
)
const KINDS: readonly ListKind[] = ['tool', 'prompt', 'resource', 'template']
const EXTRAS = { nextCursor: 'more', ttlMs: 5, 'x-unknown': [1] }

const requestOf = ({ kind, name, arguments: given }: Case): object => {
  const [method, params] =
    kind === 'tool'
      ? ['tools/call', { name, ...(given && { arguments: given }) }]
      : kind === 'prompt'
        ? ['prompts/get', { name }]
        : ['resources/read', { uri: name }]
  return { jsonrpc: '2.0', id: 7, method, params }
}

const UNKNOWN = { tool: 'Unknown tool', prompt: 'Unknown prompt', resource: 'Unknown resource', template: '' }

t.test('calls: the table of cases, in every form and revision', async t => {
  const at = await scene(t, { rules })
  let runs = 0
  for (const one of cases.filter(({ kind }) => kind !== 'template')) {
    const { who, kind, name, mayCall, maySee } = one
    for (const way of WAYS) {
      at.asked.length = 0
      const { status, code, answer } = await at.send(who, requestOf(one), way)
      const says = `${who}, ${kind} ${name} ${JSON.stringify(one.arguments ?? '')}, ${way.revision} ${way.form}`
      runs++
      if (mayCall) {
        t.strictSame([status, code, answer.error, at.asked.length], [200, null, undefined, 1], says)
        continue
      }
      const message = maySee ? `Not allowed with these arguments: ${name}` : `${UNKNOWN[kind]}: ${name}`
      t.match([status, answer.id, answer.error?.code, answer.error?.message], [200, 7, -32602, message], says)
      t.strictSame(at.asked, [], 'the server is not asked')
    }
  }
  t.comment(`${cases.length} rows, ${runs} calls`)
  t.ok(cases.length >= 120)
})

t.test('lists: the table of cases, in every form and revision, and on replayed streams', async t => {
  const at = await scene(t, { rules })
  for (const who of Object.keys(callers)) {
    const replayed = await at.replay(who)
    for (const [i, kind] of KINDS.entries()) {
      const seen = cases.filter(one => one.who === who && one.kind === kind && one.maySee).map(({ name }) => name)
      const expected = [...new Set(seen)]
      t.strictSame(namesIn(kind, replayed[i]!), expected, `${who} sees ${kind}s on a stream`)
      t.strictSame(besidesItems(kind, replayed[i]!), EXTRAS)
      for (const way of WAYS) {
        const { answer } = await at.send(who, { jsonrpc: '2.0', id: 1, method: listMethod(kind) }, way)
        t.strictSame(namesIn(kind, answer), expected, `${who} sees ${kind}s, ${way.revision} ${way.form}`)
        t.strictSame(besidesItems(kind, answer), EXTRAS, 'nextCursor and all else is kept')
      }
    }
  }
})

const CALL: Way = { revision: '2025-11-25', form: 'json' }
const ask = (method: string, params: object = {}): object => ({ jsonrpc: '2.0', id: 7, method, params })

t.test('the decision has the rule, and where it stands', async t => {
  const at = await scene(t, { rules })
  await at.send('reader', ask('tools/call', { name: 'get_time' }), CALL)
  await at.send('reader', ask('tools/call', { name: 'drop_all' }), CALL)
  await at.send('nobody', ask('tools/call', { name: 'get_time' }), CALL)
  await at.send('reader', ask('tools/call', { name: 'pay', arguments: { amount: 500 } }), CALL)
  t.match(at.decisions, [
    { outcome: 'allow', code: 'SLUICE_AUTHZ_ALLOWED', rule: 'readers', filter: 'demo/authz', call: 7 },
    {
      outcome: 'deny',
      code: 'SLUICE_AUTHZ_REFUSED',
      rule: 'no-drop',
      reason: 'The deny rule no-drop (routes[0].filters[2].authz.rules[6].deny) refuses it.'
    },
    { outcome: 'deny', code: 'SLUICE_AUTHZ_REFUSED', rule: undefined, reason: 'No rule allows it.' },
    { outcome: 'deny', code: 'SLUICE_AUTHZ_ARGUMENTS_REFUSED' }
  ])
})

t.test('what has no name passes, and what is named is asked for', async t => {
  const at = await scene(t, { rules: [{ allow: 'mcp.prompt.name == "summary" || mcp.resource.uri == "note://a"' }] })
  const refused = async (method: string, params: object = {}): Promise<string | undefined> =>
    (await at.send('nobody', ask(method, params), CALL)).answer.error?.message
  for (const method of [
    'initialize',
    'ping',
    'server/discover',
    'tools/list',
    'logging/setLevel',
    'resources/unsubscribe'
  ])
    t.equal(await refused(method), undefined, method)
  const prompt = (name: string) => ({ ref: { type: 'ref/prompt', name }, argument: { name: 'a', value: '' } })
  const resource = (uri: string) => ({ ref: { type: 'ref/resource', uri }, argument: { name: 'a', value: '' } })
  t.equal(await refused('completion/complete', prompt('summary')), undefined)
  t.equal(await refused('completion/complete', prompt('draft')), 'Unknown prompt: draft')
  t.equal(await refused('completion/complete', resource('note://b')), 'Unknown resource: note://b')
  t.equal(await refused('resources/subscribe', { uri: 'note://a' }), undefined)
  t.equal(await refused('resources/subscribe', { uri: 'note://b' }), 'Unknown resource: note://b')
  t.equal(await refused('resources/subscribe'), 'Method not found: resources/subscribe', 'asked for by its method')
  t.equal(await refused('tasks/get', { taskId: 't1' }), 'Unknown task: t1')
  const listen = (...uris: string[]) => ({ notifications: { resourceSubscriptions: uris } })
  t.equal(await refused('subscriptions/listen', listen('note://a')), undefined)
  t.equal(await refused('subscriptions/listen', listen('note://a', 'note://b')), 'Unknown resource: note://b')
  t.equal(await refused('contoso/anything'), 'Method not found: contoso/anything')
  t.equal(await refused('tools/call', { name: ['get_time'] }), 'Unknown tool: ')
  const notify = async (method: string, params: object) =>
    (await at.send('nobody', { jsonrpc: '2.0', method, params }, CALL)).answer.error?.message
  t.equal(await notify('notifications/x', {}), undefined, 'a notification passes')
  t.equal(await notify('tools/call', { name: 'x' }), 'Unknown tool: x', 'a call that wants no answer does not')
})

t.test('what subscribes to nothing reaches the server where everything is allowed', async t => {
  const at = await scene(t, { rules: [{ allow: 'true' }] })
  for (const [params, code] of [
    [{}, null],
    [{ uri: null }, 'SLUICE_AUTHZ_NAME_AMBIGUOUS'],
    [{ uri: ['note://a'] }, 'SLUICE_AUTHZ_NAME_AMBIGUOUS']
  ] as const)
    t.equal((await at.send('nobody', ask('resources/subscribe', params), CALL)).code, code, JSON.stringify(params))
})

t.test('a method that is spelled almost like another one is none', async t => {
  const at = await scene(t, { rules: [{ deny: 'mcp.tool.name == "x"' }] })
  for (const method of ['Tools/Call', 'tools/call ', 'tools\u200b/call', 'ｔools/call', 'tools_/call']) {
    const { code } = await at.send('nobody', ask(method, { name: 'x' }), CALL)
    t.equal(code, 'SLUICE_MCP_MESSAGE_INVALID', method)
  }
  t.strictSame(at.asked, [])
})

t.test('in shadow mode everything passes, and what would have been refused is recorded', async t => {
  const at = await scene(t, { rules, mode: 'shadow' })
  const { answer } = await at.send('nobody', ask('tools/call', { name: 'drop_all' }), CALL)
  t.equal(answer.error, undefined)
  const { answer: list } = await at.send('nobody', ask('tools/list'), CALL)
  t.ok(namesIn('tool', list).includes('drop_all'))
  t.match(at.decisions, [{ outcome: 'shadow-deny', code: 'SLUICE_AUTHZ_REFUSED', rule: 'no-drop', call: 7 }])
})

t.test('who is not signed in is asked to, where a rule would let others', async t => {
  const at = await scene(t, { rules })
  const { status, code } = await at.send('stranger', ask('tools/call', { name: 'get_time' }), CALL)
  t.strictSame([status, code], [401, 'SLUICE_AUTHZ_SIGN_IN_REQUIRED'])
  const { answer } = await at.send('stranger', ask('prompts/list'), CALL)
  t.strictSame(namesIn('prompt', answer), [], 'not suspended cannot be told of a stranger')
})
