import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import {
  type ApplicationConfig,
  type DirectoryConfig,
  DirectoryError,
  loadDirectory,
  type PersonConfig
} from '../src/index.ts'
import { directory, ids } from './directory.ts'

const folder = mkdtempSync(join(tmpdir(), 'entra-emulator-'))
t.teardown(() => rmSync(folder, { recursive: true }))

/** Loads a value and gives the error that it must end in. */
const failure = (source: Parameters<typeof loadDirectory>[0]): DirectoryError => {
  try {
    loadDirectory(source)
  } catch (error) {
    if (error instanceof DirectoryError) return error
    throw error
  }
  throw new Error('The directory was accepted')
}

const withApplication = (change: Partial<ApplicationConfig>, person: Partial<PersonConfig> = {}) => ({
  tenants: [
    {
      tenantId: ids.tenant,
      verifiedDomains: ['contoso.example'],
      applications: [{ clientId: ids.mcp, displayName: 'A', ...change }],
      people: [{ oid: ids.ada, name: 'Ada', upn: 'ada@contoso.example', ...person }]
    }
  ]
})

const version2 = (uri: string): Partial<ApplicationConfig> => ({
  identifierUris: [uri],
  requestedAccessTokenVersion: 2
})

t.test('a wrong file is refused with the place, what is wrong and what to do', async t => {
  const table: [string, string, RegExp][] = [
    [
      'unknown key',
      'tenants:\n  - tenantId: T\n    colour: red\n',
      /:3:5: tenants\.0\.colour: colour is not a known key\. Remove/
    ],
    ['wrong type', 'tenants:\n  - tenantId: T\n    people: 3\n', /:3:5: tenants\.0\.people: .+ must be array/],
    ['missing key', 'tenants:\n  - displayName: X\n', /:2:5: tenants\.0: tenantId is missing\. Add tenantId/],
    ['bad GUID', 'tenants:\n  - tenantId: nonsense\n', /:2:5: tenants\.0\.tenantId: .+ GUID/],
    ['bad YAML', 'tenants: [\n  - a: "b\n', /:\d+:\d+: .+ Correct the YAML/],
    [
      'strictness',
      'tenants:\n  - tenantId: T\n    applications:\n      - clientId: T\n        displayName: A\n        identifierUris:\n          - https://a/\n',
      /:7:13: tenants\.0\.applications\.0\.identifierUris\.0: an identifier URI cannot end in \/\. Leave/
    ]
  ]
  for (const [name, text, message] of table) {
    const file = join(folder, `${name}.yaml`)
    writeFileSync(file, text.replaceAll(': T\n', `: ${ids.tenant}\n`))
    const error = failure(file)
    t.ok(error.message.startsWith(file), name)
    t.match(error.message, message)
  }
  t.match(failure(join(folder, 'absent.yaml')).message, /ENOENT.+Name a file that can be read/)
})

t.test('an app registration that Entra would refuse is refused', async t => {
  const table: [string, Partial<ApplicationConfig>, RegExp][] = [
    ['https needs version 2', { identifierUris: ['https://a.contoso.example/mcp'] }, /needs version 2 access tokens/],
    ['so does a loopback URI', { identifierUris: ['http://127.0.0.1:1/mcp'] }, /needs version 2 access tokens/],
    ['version 1 is not 2', { ...version2('https://contoso.example/a'), requestedAccessTokenVersion: 1 }, /version 2/],
    ['trailing slash', version2('https://a.contoso.example/'), /cannot end in \//],
    ['loopback slash', version2('http://127.0.0.1:8080/'), /cannot end in \//],
    ['http elsewhere', version2('http://a.contoso.example/mcp'), /cannot be an identifier URI/],
    ['other loopback', version2('http://127.0.0.1.evil.example/mcp'), /cannot be an identifier URI/],
    ['other domain', version2('https://x.azurewebsites.net/mcp'), /verified domain/],
    ['lookalike domain', version2('https://evilcontoso.example/mcp'), /verified domain/],
    ['api without owner', version2('api://something'), /verified domain/],
    ['query', version2('https://a.contoso.example/mcp?a=1'), /no query/],
    ['not a URI', version2('mcp'), /cannot be an identifier URI/],
    ['.default', { oauth2PermissionScopes: [{ value: '.default' }] }, /reserved/],
    ['openid', { oauth2PermissionScopes: [{ value: 'openid' }] }, /reserved/],
    ['offline_access', { oauth2PermissionScopes: [{ value: 'offline_access' }] }, /reserved/],
    ['qualified', { oauth2PermissionScopes: [{ value: 'api://a/b' }] }, /bare name/],
    ['scope twice', { oauth2PermissionScopes: [{ value: 'a' }, { value: 'a' }] }, /used twice/],
    ['web http', { redirectUris: { web: ['http://contoso.example/cb'] } }, /localhost or 127\.0\.0\.1/],
    ['web scheme', { redirectUris: { web: ['app://cb'] } }, /must be https/],
    ['IPv6 loopback', { redirectUris: { publicClient: ['http://[::1]/cb'] } }, /localhost or 127\.0\.0\.1/],
    ['fragment', { redirectUris: { spa: ['https://contoso.example/#a'] } }, /fragment/],
    ['relative', { redirectUris: { spa: ['/cb'] } }, /absolute/],
    ['unknown grant', { oauth2PermissionGrants: [{ resource: ids.mcp, scopes: ['no'] }] }, /not all of the scopes/],
    ['unknown role', { appRoleAssignments: [{ resource: ids.mcp, role: 'no' }] }, /no app role no for applications/],
    ['unknown API', { appRoleAssignments: [{ resource: ids.orders }] }, /no app role/],
    ['unknown scope', { preAuthorizedApplications: [{ appId: ids.web, scopes: ['no'] }] }, /not all scopes/],
    ['optional claim', { optionalClaims: { accessToken: [{ name: 'colour' }] } }, /Use one of acct, acrs/],
    ['Graph itself', { clientId: '00000003-0000-0000-c000-000000000000' }, /used twice/]
  ]
  for (const [name, change, message] of table) t.match(failure(withApplication(change)).message, message, name)
})

const agent = { kind: 'agentIdentity', agentIdentityBlueprintId: ids.web } as const
const federated = { name: 'f', issuer: 'https://issuer.example', subject: 's', audiences: ['a'] }

t.test('credentials and agents are registered as Entra would have them', async t => {
  const table: [string, Partial<ApplicationConfig>, RegExp][] = [
    ['no certificate', { keyCredentials: [{ key: 'AAAA' }] }, /not an X\.509 certificate with an RSA key/],
    ['unknown keys', { federatedIdentityCredentials: [federated] }, /are not fetched\. Add jwks/],
    [
      'own keys',
      { federatedIdentityCredentials: [{ ...federated, issuer: '{authority}/x', jwks: { keys: [] } }] },
      /own keys/
    ],
    [
      'no key',
      { federatedIdentityCredentials: [{ ...federated, jwks: { keys: [{ kty: 'RSA' }] } }] },
      /RSA public keys/
    ],
    ['no audience', { federatedIdentityCredentials: [{ ...federated, audiences: [] }] }, /fewer than 1/],
    ['no blueprint', { kind: 'agentIdentity' }, /parent of an agent identity is a blueprint/],
    ['a blueprint that is none', agent, /parent of an agent identity is a blueprint/],
    ['a blueprint for nothing', { agentIdentityBlueprintId: ids.web }, /only an agent identity has a blueprint/],
    ['credentials of an agent', { ...agent, clientSecrets: ['x'] }, /no credentials of its own\. Add them to its/],
    ['redirect of an agent', { ...agent, redirectUris: { web: ['https://contoso.example/'] } }, /has no redirect URIs/],
    ['a kind', { kind: 'robot' as 'application' }, /Use one of application, agentIdentityBlueprint/]
  ]
  for (const [name, change, message] of table) {
    const messages = failure(withApplication(change)).problems.map(problem => `${problem.message}. ${problem.advice}`)
    t.match(messages.join('\n'), message, name)
  }
})

t.test('guests, agent users, groups and policies are checked', async t => {
  const [tenant] = withApplication({}).tenants
  const problem = (change: object): string =>
    failure({ tenants: [{ ...tenant, ...change }] } as DirectoryConfig).message
  t.match(failure(withApplication({}, { guest: true })).message, /\.upn: .+ of a guest has #EXT# in it/)
  t.match(failure(withApplication({}, { identityParentId: ids.mcp })).message, /is not an agent identity/)
  t.match(
    problem({ groups: [{ oid: ids.max, appRoles: { [ids.web]: [] } }] }),
    /groups\.0\.appRoles\..+ not an application/
  )
  t.match(
    problem({
      applications: [{ clientId: ids.mcp, displayName: 'A', groups: [ids.max] }],
      groups: [{ oid: ids.max, securityEnabled: false }]
    }),
    /applications\.0\.groups\.0: .+ is no security group/
  )
  t.match(problem({ groups: [{ oid: ids.ada }] }), /object ID .+ is used twice/)
  const id = ids.gil
  const policies: [object, RegExp][] = [
    [{ id, builtInControl: 'mfa' }, /is about nothing\. Add includeApplications/],
    [{ id, builtInControl: 'ask', includeApplications: [ids.mcp] }, /Use one of mfa, block/],
    [{ id, builtInControl: 'mfa', includeApplications: [ids.web] }, /includeApplications\.0: .+ is not an application/],
    [
      { id, builtInControl: 'mfa', includeApplications: [ids.mcp], includeUsers: [ids.max] },
      /includeUsers\.0: .+ is nobody/
    ],
    [{ id, builtInControl: 'mfa', includeAuthenticationContexts: ['c0'] }, /an authentication context from c1 to c99/],
    [{ builtInControl: 'mfa', includeApplications: [ids.mcp] }, /id is missing/]
  ]
  for (const [policy, message] of policies) t.match(problem({ conditionalAccessPolicies: [policy] }), message)
  const agentUser = { name: 'N', identityParentId: ids.web }
  const people = [ids.ada, ids.max].map(oid => ({ ...agentUser, oid, upn: `${oid}@contoso.example` }))
  t.match(problem({ people }), /has one user account/)
})

t.test('what Entra accepts is accepted, and loopback http beside it', async t => {
  const guid = { optionalClaims: { accessToken: [{ name: 'aud', additionalProperties: ['use_guid'] }] } }
  const table: Partial<ApplicationConfig>[] = [
    version2('https://contoso.example/mcp'),
    version2('https://a.b.contoso.example'),
    version2('http://127.0.0.1:8080/mcp'),
    version2('http://localhost/mcp'),
    version2('http://[::1]:8080/mcp'),
    { identifierUris: ['https://contoso.example/mcp'], ...guid },
    { identifierUris: [`api://${ids.mcp}`, `api://${ids.tenant}/x`, `api://x/${ids.mcp}`, 'api://contoso.example/x'] }
  ]
  for (const change of table) t.doesNotThrow(() => loadDirectory(withApplication(change)), JSON.stringify(change))
})

t.test('people are checked against the app roles', async t => {
  const roles = { appRoles: [{ value: 'R', allowedMemberTypes: ['Application' as const] }] }
  t.match(
    failure(withApplication(roles, { appRoles: { [ids.mcp]: ['R'] } })).message,
    /R is not an app role for people/
  )
  t.match(failure(withApplication({}, { appRoles: { [ids.web]: [] } })).message, /is not an application/)
  t.match(failure(withApplication({}, { appRoles: { nonsense: [] } })).message, /right form/)
  t.doesNotThrow(() => loadDirectory(withApplication({}, { appRoles: { [ids.mcp]: [] } })), 'default access')
})

t.test('an object is copied, every problem is named, and defaults are filled in', async t => {
  const before = structuredClone(directory)
  const loaded = loadDirectory(directory)
  t.strictSame(directory, before)
  t.equal(loaded.tenants[0]?.applications[1]?.requestedAccessTokenVersion, null)
  const twice = { ...version2('https://a.contoso.example/'), oauth2PermissionScopes: [{ value: 'openid' }] }
  t.equal(failure(withApplication(twice)).problems.length, 2)
  t.match(failure(withApplication(twice)).problems[0], { line: 0, column: 0, path: Array })
})

t.test('the sample directory is valid', async t => {
  const { tenants } = loadDirectory(fileURLToPath(new URL('../sample/directory.yaml', import.meta.url)))
  t.match(tenants, [{ tenantId: ids.tenant, people: { length: 5 } }])
})
