import type { Principal } from '@sluice/plugin-api'
import { fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import type { RevocationEntry } from '../src/revocation-list.ts'
import { Revoked } from '../src/revoked.ts'

const person = fakePrincipal({ claims: { iat: Date.parse('2026-11-24T10:00:00Z') / 1000 } })
const { tenantId: tenant, objectId: object, clientId: client } = person
const OTHER = '99999999-2222-4333-8444-555555555555'

const revokes = (entry: RevocationEntry, principal: Principal = person): boolean =>
  new Revoked({ revoked: [{ client: OTHER }, entry, { tenant: OTHER, object: OTHER }] }).has(principal)

t.test('whoever fits all that an entry names is revoked', t => {
  const before = '2026-11-24T10:00:01Z'
  const after = '2026-11-24T10:00:00Z'
  const table: [RevocationEntry, boolean][] = [
    [{ tenant, object }, true],
    [{ tenant: tenant.toUpperCase(), object: object.toUpperCase() }, true],
    [{ tenant: OTHER, object }, false],
    [{ tenant, object: OTHER }, false],
    [{ client }, true],
    [{ client: client.toUpperCase() }, true],
    [{ tenant, client }, true],
    [{ tenant: OTHER, client }, false],
    [{ tenant, object, client }, true],
    [{ tenant, object, client: OTHER }, false],
    [{ issuedBefore: before }, true],
    [{ issuedBefore: after }, false],
    [{ issuedBefore: '2026-11-24T11:00:00.5+01:00' }, true],
    [{ tenant, issuedBefore: before }, true],
    [{ tenant: OTHER, issuedBefore: before }, false],
    [{ tenant, object, issuedBefore: before }, true],
    [{ tenant, object, issuedBefore: after }, false],
    [{ client, issuedBefore: after }, false]
  ]
  for (const [entry, expected] of table) t.equal(revokes(entry), expected, JSON.stringify(entry))
  t.end()
})

t.test('of several entries about one person each counts', t => {
  const old = { tenant, object, issuedBefore: '2026-11-24T09:00:00Z' }
  const by = { tenant, object, client }
  t.notOk(new Revoked({ revoked: [old] }).has(person))
  t.ok(new Revoked({ revoked: [old, by] }).has(person))
  t.notOk(new Revoked({ revoked: [] }).has(person))
  t.end()
})

t.test('a token that does not say when it was issued counts as one of before', t => {
  for (const iat of [undefined, '1795514400'])
    t.equal(revokes({ issuedBefore: '2001-01-01T00:00:00Z' }, fakePrincipal({ claims: { iat } })), true, String(iat))
  t.end()
})

t.test('an entry means nothing from its until on', t => {
  const now = { value: Date.parse('2026-11-24T10:59:59Z') }
  t.intercept(Date, 'now', { value: () => now.value })
  const revoked = new Revoked({ revoked: [{ tenant, object, until: '2026-11-24T11:00:00Z' }] })
  t.ok(revoked.has(person))
  now.value += 1000
  t.notOk(revoked.has(person))
  t.end()
})

t.test('whoever acts for a person, or is no person at all, is known by the same identifiers', t => {
  for (const kind of ['user', 'app', 'agent', 'agent-user'] as const) {
    t.ok(revokes({ tenant, object }, { ...person, kind }), kind)
    t.ok(revokes({ client }, { ...person, kind }), kind)
  }
  t.end()
})

t.test('callers of another OpenID provider are named by its issuer and their sub', t => {
  const issuer = 'https://id.contoso.example/realms/mcp'
  const ada = fakePrincipal({ tenantId: issuer, objectId: 'ada', clientId: 'vscode' })
  t.ok(revokes({ tenant: issuer, object: 'ada' }, ada))
  t.ok(revokes({ tenant: issuer, client: 'vscode' }, ada))
  t.notOk(revokes({ tenant: 'https://id.contoso.example/', object: 'ada' }, ada))
  t.end()
})

t.test('what cannot be meant is refused at its place', t => {
  const table: [RevocationEntry, string, RegExp][] = [
    [{ tenant: 'contoso', object }, 'tenant', /"contoso" is no GUID, nor the URL of an issuer/],
    [{ tenant, object: 'ada@contoso.example' }, 'object', /is no GUID, and tenant is not the issuer/],
    [{ client: 'vscode' }, 'client', /is no GUID/],
    [{ issuedBefore: '2026-13-01T00:00:00Z' }, 'issuedBefore', /no such time as 2026-13-01/],
    [{ client, until: '2026-01-01T25:00:00Z' }, 'until', /no such time/]
  ]
  for (const [entry, key, message] of table)
    t.throws(() => new Revoked({ revoked: [{ client }, entry] }), { configPath: ['revoked', 1, key], message })
  t.end()
})
