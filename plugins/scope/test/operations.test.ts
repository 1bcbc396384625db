import type { McpRequest, Principal } from '@sluice/plugin-api'
import { fakeContext, fakeExchange, fakeMcpRequest, fakeMcpResult, fakeResponseHead } from '@sluice/test-kit'
import t from 'tap'
import type { ScopeConfig } from '../src/config.ts'
import { createScope } from '../src/filter.ts'

const config: ScopeConfig = {
  required: ['mcp_access'],
  appRoles: ['Mcp.Read'],
  methods: { 'prompts/*': ['prompts.use'] },
  tools: {
    'delete_*': ['notes.delete'],
    '*_user': { scopes: ['users.write'], appRoles: ['Users.Write'] },
    get_audit: { appRoles: ['Audit.Read'] }
  },
  resources: { 'file:///hr/*': ['hr.read'] },
  includes: { 'notes.all': ['notes.write'], 'notes.write': ['notes.delete', 'notes.all'], 'Users.All': ['Users.Write'] }
}

const person = (...scopes: string[]): Partial<Principal> => ({ kind: 'user', scopes: ['mcp_access', ...scopes] })
const app = (...roles: string[]): Partial<Principal> => ({ kind: 'app', scopes: [], roles: ['Mcp.Read', ...roles] })

const start = (who: Partial<Principal> | undefined, more: ScopeConfig = {}) => {
  const ctx = fakeContext()
  const x = fakeExchange()
  const identity = { tenantId: 't', objectId: 'o', clientId: 'c', name: '', groups: [], expiresAt: 0, claims: {} }
  if (who !== undefined)
    ctx.fact<Principal>('principal').set(x, { ...identity, kind: 'user', scopes: [], roles: [], ...who })
  return { filter: createScope({ ...config, ...more }, ctx), x }
}

/** The reply to a message, or to several of one body. */
const judge = async (who: Partial<Principal> | undefined, ...asked: readonly (readonly [string, object])[]) => {
  const { filter, x } = start(who)
  const batch: McpRequest[] = []
  for (const [id, [method, params]] of asked.entries())
    batch.push(fakeMcpRequest({ method, params: { ...params }, id, batch }))
  for (const message of batch) {
    const reply = await filter.onMcpRequest?.(message, x)
    if (reply !== undefined) return reply
  }
  return undefined
}

const tool = (name: string) => ['tools/call', { name }] as const
const read = (uri: string) => ['resources/read', { uri }] as const

t.test('operations need scopes of people and roles of applications', async t => {
  const table: readonly [string, Partial<Principal> | undefined, readonly [string, object], string | undefined][] = [
    ['a tool that needs nothing more', person(), tool('get_note'), undefined],
    ['a tool whose scope is missing', person(), tool('delete_note'), 'SLUICE_SCOPE_INSUFFICIENT'],
    ['a tool whose scope is there', person('notes.delete'), tool('delete_note'), undefined],
    ['by a scope that includes it', person('notes.write'), tool('delete_note'), undefined],
    ['by one that includes that one', person('notes.all'), tool('delete_note'), undefined],
    ['two patterns, one of two scopes', person('notes.delete'), tool('delete_user'), 'SLUICE_SCOPE_INSUFFICIENT'],
    ['two patterns, both scopes', person('notes.delete', 'users.write'), tool('delete_user'), undefined],
    ['another case of a name', person(), tool('DELETE_note'), 'SLUICE_SCOPE_INSUFFICIENT'],
    ['a name with what nobody sees', person(), tool('delete\u200b_note'), 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    ['a name that is none', person(), ['tools/call', { name: ['delete_note'] }], 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    ['a call without a name', person(), ['tools/call', {}], 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    ['a read without a name', person(), ['resources/read', {}], 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    [
      'a completion with two names',
      person(),
      ['completion/complete', { ref: { type: 'ref/prompt', name: 'x', uri: 'file:///hr/pay' } }],
      'SLUICE_SCOPE_NAME_AMBIGUOUS'
    ],
    [
      'subscriptions that are no list',
      person(),
      ['subscriptions/listen', { notifications: { resourceSubscriptions: 'file:///hr/b' } }],
      'SLUICE_SCOPE_NAME_AMBIGUOUS'
    ],
    ['an application where only scopes are named', app(), tool('delete_note'), 'SLUICE_SCOPE_APP_REFUSED'],
    ['an application without the role', app(), tool('get_user'), 'SLUICE_SCOPE_ROLE_MISSING'],
    ['an application with it', app('Users.Write'), tool('get_user'), undefined],
    ['an application with one that includes it', app('Users.All'), tool('get_user'), undefined],
    ['a person where only roles are named', person(), tool('get_audit'), 'SLUICE_SCOPE_USER_REFUSED'],
    ['a method', person(), ['prompts/get', { name: 'x' }], 'SLUICE_SCOPE_INSUFFICIENT'],
    ['a method whose scope is there', person('prompts.use'), ['prompts/list', {}], undefined],
    ['a resource', person(), read('file:///hr/pay'), 'SLUICE_SCOPE_INSUFFICIENT'],
    ['a resource that is none of these', person(), read('file:///public/hr/pay'), undefined],
    ['a detour to it', person(), read('file:///public/../hr/pay'), 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    ['another spelling of it', person(), read('file:/hr/pay'), 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    ['this machine by its name', person(), read('file://localhost/hr/pay'), 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    ['a subscription', person(), ['resources/subscribe', { uri: 'file:///hr/pay' }], 'SLUICE_SCOPE_INSUFFICIENT'],
    ['a subscription to nothing', person(), ['resources/subscribe', {}], undefined],
    ['a subscription that is no text', person(), ['resources/subscribe', { uri: null }], 'SLUICE_SCOPE_NAME_AMBIGUOUS'],
    [
      'one of several subscriptions',
      person(),
      ['subscriptions/listen', { notifications: { resourceSubscriptions: ['file:///a', 'file:///hr/b'] } }],
      'SLUICE_SCOPE_INSUFFICIENT'
    ],
    ['nobody', undefined, tool('delete_note'), 'SLUICE_SCOPE_SIGN_IN_REQUIRED']
  ]
  for (const [says, who, asked, code] of table) t.equal((await judge(who, asked))?.code, code, says)
})

t.test('the challenge names all scopes of the operation at once, those of a whole batch', async t => {
  const one = await judge(person(), tool('delete_user'))
  t.match(one, { status: 403, rule: 'tools["delete_*"]' })
  t.strictSame(one?.challenges?.[0]?.scopes, ['mcp_access', 'notes.delete', 'users.write'])
  t.equal(one?.challenges?.[0]?.params.get('error'), 'insufficient_scope')
  const several = await judge(person('notes.delete'), tool('get_note'), read('file:///hr/a'), tool('delete_note'))
  t.strictSame(several?.challenges?.[0]?.scopes, ['mcp_access', 'hr.read', 'notes.delete'])
})

t.test('a 401 that comes after it asks for the scopes of the operation, too', async t => {
  const { filter, x } = start(person('notes.delete'))
  await filter.onMcpRequest?.(fakeMcpRequest({ method: 'tools/call', params: { name: 'delete_note' } }), x)
  const head = fakeResponseHead({ status: 401, challenges: [{ scheme: 'Bearer', params: new Map() }] })
  await filter.onResponse?.(head, x)
  t.strictSame(head.challenges[0]?.scopes, ['mcp_access', 'notes.delete'])
})

t.test('lists are left as they are, or show what may be called', async t => {
  const tools = ['get_note', 'delete_note', 'delete_user', 'get_audit'].map(name => ({ name, title: name }))
  const result = {
    tools,
    nextCursor: 'more',
    resources: ['file:///hr/a', 'file:/hr/a', 'file:///b'].map(uri => ({ uri })),
    resourceTemplates: [{ uriTemplate: 'file:///b/{x}' }]
  }
  t.equal(start(person()).filter.onMcpResult, undefined, 'hide is off: results are not read')
  const hidden = async (who: Partial<Principal>) => {
    const { filter, x } = start(who, { hide: true })
    const outcome = await filter.onMcpResult?.(fakeMcpResult({ method: 'tools/list', result }), x)
    return outcome !== undefined && 'result' in outcome ? outcome.result : result
  }
  t.strictSame(await hidden(person()), { ...result, tools: [tools[0]], resources: [{ uri: 'file:///b' }] })
  const resources = [{ uri: 'file:///hr/a' }, { uri: 'file:///b' }]
  t.strictSame(await hidden(person('notes.all', 'hr.read')), { ...result, tools: tools.slice(0, 2), resources })
})

t.test('without operations no message is read', async t => {
  const filter = createScope({ required: ['mcp_access'], hide: true }, fakeContext())
  t.strictSame([filter.mcp, filter.onMcpRequest, filter.onMcpResult], [undefined, undefined, undefined])
})

t.test('operations alone leave all others to everybody', async t => {
  const { filter, x } = start(undefined)
  const alone = createScope({ tools: { x: ['y'] } }, fakeContext())
  t.equal(await alone.onRequest?.(x), undefined)
  t.match(await filter.onRequest?.(x), { code: 'SLUICE_SCOPE_SIGN_IN_REQUIRED' })
})

t.test('a pattern of resources that no URI fits as it is passed on is refused', async t => {
  for (const pattern of [
    'file:/hr/*',
    'file://localhost/hr/*',
    'file:///gehälter/*',
    'https://intern.example:443/*',
    'https://intern.example',
    'file:///hr/../*'
  ])
    t.throws(
      () => createScope({ resources: { [pattern]: ['hr.read'] } }, fakeContext()),
      { message: `resources[${JSON.stringify(pattern)}]: ` },
      pattern
    )
  for (const pattern of [
    '*',
    'file:*',
    'file://*',
    'file:///HR/*',
    'file:///geh%C3%A4lter/*.md',
    'https://*',
    'https://*.example/*',
    'https://intern.example*',
    'note://Hr/{id}',
    '*/hr/*'
  ])
    t.doesNotThrow(() => createScope({ resources: { [pattern]: ['hr.read'] } }, fakeContext()), pattern)
})

t.test('a long name is judged at once, whatever the pattern', async t => {
  const { filter, x } = start(person(), { tools: { 'a*a*a*a*b': ['many'] } })
  const message = fakeMcpRequest({ method: 'tools/call', params: { name: 'a'.repeat(100_000) } })
  t.equal(await filter.onMcpRequest?.(message, x), undefined, 'where stars are tried against each other, for days')
})
