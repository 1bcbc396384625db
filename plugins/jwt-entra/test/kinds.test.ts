import t from 'tap'
import { kindOf } from '../src/entra/kind.ts'
import { Gateway } from './gateway.ts'
import { appClaims, client, headerOf, person, tenant, v1Claims, writeToken, type Json } from './tokens.ts'

const gateway = await Gateway.start(t)
const { provider, runtime, key } = gateway
const app = (extra: Json = {}) => appClaims(provider, runtime.time, extra)

void t.test('the claims tell whose token it is', async t => {
  const user = { scp: 'mcp_access', oid: 'o', sub: 's' }
  const table: readonly [string, Json, string][] = [
    ['a person', user, 'user'],
    ['a person with idtyp', { ...user, idtyp: 'user' }, 'user'],
    ['a person whose oid is the subject', { ...user, sub: 'o' }, 'user'],
    ['an agent on behalf of a person', { ...user, idtyp: 'user', xms_act_fct: '3 9 11' }, 'user'],
    ['the user account of an agent', { ...user, idtyp: 'user', xms_act_fct: '11', xms_sub_fct: '13' }, 'agent-user'],
    ['a person acted for by an unknown facet', { ...user, xms_act_fct: '111', xms_sub_fct: '113' }, 'user'],
    ['a delegated token of an agent identity', { ...user, xms_sub_fct: '11' }, 'SLUICE_AUTH_KIND_CONTRADICTORY'],
    ['scopes and idtyp app', { ...user, idtyp: 'app' }, 'SLUICE_AUTH_KIND_CONTRADICTORY'],
    ['an application', app(), 'app'],
    ['an application without idtyp', app({ idtyp: undefined }), 'app'],
    ['an agent by itself', app({ scp: '/', xms_act_fct: '11', xms_sub_fct: '9 11' }), 'agent'],
    ['an agent by itself with an empty scp', app({ scp: '', xms_act_fct: '11' }), 'agent'],
    ['an application with a user as its subject', app({ xms_sub_fct: '13' }), 'SLUICE_AUTH_KIND_CONTRADICTORY'],
    ['an application without roles', app({ roles: [] }), 'SLUICE_AUTH_ROLES_MISSING'],
    ['roles and a name', app({ idtyp: undefined, preferred_username: 'a' }), 'SLUICE_AUTH_KIND_UNKNOWN'],
    ['roles and a version 1 name', app({ idtyp: undefined, unique_name: 'a' }), 'SLUICE_AUTH_KIND_UNKNOWN'],
    ['roles and another subject', app({ idtyp: undefined, sub: 'pairwise' }), 'SLUICE_AUTH_KIND_UNKNOWN'],
    ['roles of a person', app({ idtyp: 'user' }), 'SLUICE_AUTH_KIND_UNKNOWN'],
    ['an ID token', { oid: 'o', sub: 's', at_hash: 'h' }, 'SLUICE_AUTH_ID_TOKEN']
  ]
  for (const [name, claims, kind] of table) {
    // A claim that is undefined here is absent from a token.
    t.equal(kindOf(JSON.parse(JSON.stringify(claims))), kind, name)
  }
})

void t.test('a principal is the same whatever the version of the token', async t => {
  const entry = await gateway.entry()
  const expected = {
    tenantId: tenant,
    objectId: person,
    clientId: client,
    kind: 'user',
    name: 'Ada Lovelace',
    scopes: ['mcp_access', 'tools.read'],
    roles: [],
    groups: [],
    expiresAt: runtime.time / 1000 + 3600
  }
  const tokens = [gateway.token(), writeToken(headerOf(key), v1Claims(provider, runtime.time), key)]
  for (const token of tokens) {
    const principal = await entry.verdict(token)
    t.match(principal, expected)
    t.ok(typeof principal === 'object' && Object.isFrozen(principal) && Object.isFrozen(principal.claims))
  }
})

void t.test('an application has roles and no scopes', async t => {
  const entry = await gateway.entry()
  const token = writeToken(headerOf(key), app({ scp: '/', xms_act_fct: '11', app_displayname: 'Night shift' }), key)
  t.match(await entry.verdict(token), { kind: 'agent', name: 'Night shift', scopes: [], roles: ['Mcp.Call'] })
})

void t.test('groups that the token does not list are unknown, not none', async t => {
  const entry = await gateway.entry()
  const source = { src1: { endpoint: 'https://graph.windows.net/t/users/u/getMemberObjects' } }
  const table: readonly [Json, readonly string[] | undefined][] = [
    [{}, []],
    [{ groups: ['g1', 'g2'] }, ['g1', 'g2']],
    [{ _claim_names: { groups: 'src1' }, _claim_sources: source }, undefined],
    [{ groups: ['g1'], _claim_names: { groups: 'src1' } }, undefined],
    [{ hasgroups: true }, undefined],
    [{ _claim_names: { other: 'src1' } }, []]
  ]
  for (const [claims, groups] of table) {
    const principal = await entry.verdict(gateway.token(claims))
    t.same(typeof principal === 'object' ? principal.groups : principal, groups, JSON.stringify(claims))
  }
})
