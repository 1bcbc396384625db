import t from 'tap'
import type { Challenge, Principal, Reply } from '@sluice/plugin-api'
import { fakeContext, fakeExchange, fakeResponseHead, type FakeResponseHeadOptions } from '@sluice/test-kit'
import type { ScopeConfig } from '../src/config.ts'
import { createScope } from '../src/filter.ts'

function principal(kind: Principal['kind'], scopes: readonly string[], roles: readonly string[] = []): Principal {
  const identity = { tenantId: 't', objectId: 'o', clientId: 'c', name: '', groups: [], expiresAt: 0, claims: {} }
  return { ...identity, kind, scopes, roles }
}

/** Sends a request of somebody through a filter. */
async function judge(config: ScopeConfig, who: Principal | undefined): Promise<Reply | undefined> {
  const ctx = fakeContext()
  const x = fakeExchange()
  if (who !== undefined) ctx.fact<Principal>('principal').set(x, who)
  return createScope(config, ctx).onRequest?.(x)
}

const users: ScopeConfig = { required: ['mcp_access', 'tools.read'] }
const apps: ScopeConfig = { appRoles: ['Mcp.Read', 'Mcp.Write'] }
const both: ScopeConfig = { ...users, ...apps }

void t.test('people need every scope, applications one role, and nobody the other’s', async t => {
  const all = ['tools.read', 'other', 'mcp_access']
  const table: readonly [string, ScopeConfig, Principal | undefined, string | undefined][] = [
    ['a person with every scope', users, principal('user', all), undefined],
    ['an agent’s user account with every scope', users, principal('agent-user', all), undefined],
    ['a person with one of two', users, principal('user', ['mcp_access']), 'SLUICE_SCOPE_INSUFFICIENT'],
    [
      'a scope that only begins alike',
      users,
      principal('user', ['mcp_access.x', 'tools.read']),
      'SLUICE_SCOPE_INSUFFICIENT'
    ],
    ['another case of a scope', users, principal('user', ['MCP_ACCESS', 'tools.read']), 'SLUICE_SCOPE_INSUFFICIENT'],
    [
      'a person with the role in place of scopes',
      both,
      principal('user', [], ['Mcp.Read']),
      'SLUICE_SCOPE_INSUFFICIENT'
    ],
    ['a person where only roles are named', apps, principal('user', all, ['Mcp.Read']), 'SLUICE_SCOPE_USER_REFUSED'],
    ['an application with one role', both, principal('app', [], ['x', 'Mcp.Write']), undefined],
    ['an agent with one role', apps, principal('agent', [], ['Mcp.Read']), undefined],
    ['an application with another role', both, principal('app', [], ['Mcp']), 'SLUICE_SCOPE_ROLE_MISSING'],
    ['an application with scopes in place of roles', both, principal('app', all), 'SLUICE_SCOPE_ROLE_MISSING'],
    [
      'an application where only scopes are named',
      users,
      principal('app', all, ['Mcp.Read']),
      'SLUICE_SCOPE_APP_REFUSED'
    ],
    ['an agent where only scopes are named', users, principal('agent', all, ['Mcp.Read']), 'SLUICE_SCOPE_APP_REFUSED'],
    ['nobody', both, undefined, 'SLUICE_SCOPE_SIGN_IN_REQUIRED']
  ]
  for (const [name, config, who, code] of table) t.equal((await judge(config, who))?.code, code, name)
})

void t.test('only what a new token can cure is challenged', async t => {
  const step = await judge(both, principal('user', []))
  t.match(step, { status: 403, challenges: [{ scheme: 'Bearer', scopes: users.required }] })
  t.same([...(step?.challenges?.[0]?.params.keys() ?? [])], ['error', 'error_description'])
  t.equal(step?.challenges?.[0]?.params.get('error'), 'insufficient_scope')

  const signIn = await judge(both, undefined)
  t.match(signIn, { status: 401, challenges: [{ scheme: 'Bearer', scopes: users.required }] })
  t.equal(signIn?.challenges?.[0]?.params.size, 0, 'no error where no token was sent')

  for (const reply of [await judge(both, principal('app', [])), await judge(apps, principal('user', []))]) {
    t.equal(reply?.status, 403)
    t.equal(reply?.challenges, undefined)
  }
})

void t.test('every refusal has a challenge of its own, for others to complete', async t => {
  const ctx = fakeContext()
  const filter = createScope(users, ctx)
  const challenges = [filter.onRequest?.(fakeExchange()), filter.onRequest?.(fakeExchange())].map(outcome =>
    outcome instanceof Promise ? undefined : outcome?.challenges?.[0]
  )
  t.ok(challenges[0])
  t.not(challenges[0], challenges[1])
  t.not(challenges[0]?.params, challenges[1]?.params)
})

const bearer = (): Challenge => ({ scheme: 'bearer', params: new Map() })

/** Scopes of the challenges of an answer that went through a filter. */
function scopesOf(config: ScopeConfig, options: FakeResponseHeadOptions): (readonly string[] | undefined)[] {
  const head = fakeResponseHead(options)
  void createScope(config, fakeContext()).onResponse?.(head, fakeExchange())
  return head.challenges.map(({ scopes }) => scopes)
}

void t.test('the gateway’s own 401 gets the route’s scopes, and nothing else does', async t => {
  const operation = ['tools.call']
  t.same(scopesOf(users, { status: 401, challenges: [bearer()] }), [users.required])
  t.same(scopesOf(users, { status: 401, challenges: [{ ...bearer(), scopes: operation }] }), [operation])
  t.same(scopesOf(users, { status: 401, challenges: [{ ...bearer(), scheme: 'Basic' }, bearer()] }), [
    undefined,
    users.required
  ])
  t.same(scopesOf(users, { status: 403, challenges: [bearer()] }), [undefined])
  t.same(scopesOf(users, { status: 401, source: 'upstream', challenges: [bearer()] }), [undefined])
  t.same(scopesOf(apps, { status: 401, challenges: [bearer()] }), [undefined])
})

void t.test('a configuration that no token can satisfy is refused with advice', async t => {
  const table: readonly [ScopeConfig, RegExp][] = [
    [{}, /required.*appRoles/],
    [{ required: ['api://b92d6e60/mcp_access'] }, /bare names, as tokens carry them: mcp_access, not api:/],
    [{ required: ['a/b'] }, /bare names.*: b, not/],
    [{ required: ['a b'] }, /bare names/],
    [{ required: ['a"b'] }, /bare names/],
    [{ required: ['.default'] }, /never in scp/],
    [{ required: ['offline_access'] }, /never in scp/]
  ]
  for (const [config, message] of table) {
    t.throws(() => createScope(config, fakeContext()), { message }, JSON.stringify(config))
  }
})
