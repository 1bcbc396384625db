import { decodeJwt } from 'jose'
import t from 'tap'
import type { AppRoleAssignment, EntraEmulator } from '../src/index.ts'
import { contosoWith, more } from './contoso.ts'
import { ids, mcpUri, secret } from './directory.ts'
import { postToken, signIn, start } from './oauth-client.ts'

const graphId = '00000003-0000-0000-c000-000000000000'
const grant = (...roles: string[]): AppRoleAssignment[] => roles.map(role => ({ resource: graphId, role }))

const directoryWith = (...roles: string[]) => contosoWith({}, { [ids.daemon]: { appRoleAssignments: grant(...roles) } })

/** The token of the daemon for Microsoft Graph. */
const tokenOf = async (emulator: EntraEmulator): Promise<string> => {
  const daemon = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }
  const { body } = await postToken(emulator, { ...daemon, scope: 'https://graph.microsoft.com/.default' })
  return body.access_token
}

interface GraphAnswer {
  readonly value?: readonly string[]
  readonly error?: { readonly code: string; readonly message: string; readonly innerError: Record<string, string> }
}

const ask = async (
  { graph }: EntraEmulator,
  path: string,
  token: string | undefined,
  body: string = JSON.stringify({ securityEnabledOnly: true }),
  options: RequestInit = {}
) => {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = { 'content-type': 'application/json', 'client-request-id': 'of-the-caller', ...authorization }
  const response = await fetch(`${graph}${path}`, { method: 'POST', headers, body, ...options })
  return { status: response.status, headers: response.headers, body: (await response.json()) as GraphAnswer }
}

/** Object ID of the service principal of an agent. */
const agentOid = (emulator: EntraEmulator): string =>
  String(decodeJwt(emulator.issueToken({ kind: 'app', client: more.agent }))['oid'])

const ofMax = `/users/${ids.max}/getMemberObjects`

t.test('an overage is resolved by what Graph says, with the token of an application', async t => {
  const emulator = await start(t, { directory: directoryWith('User.ReadBasic.All', 'GroupMember.Read.All') })
  const claims = decodeJwt((await signIn(emulator, { login_hint: 'max@contoso.example' })).access_token)
  const endpoint = `https://graph.windows.net/${ids.tenant}/users/${ids.max}/getMemberObjects`
  t.match(claims, { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint } } })
  t.notOk('groups' in claims || 'hasgroups' in claims)
  const { status, body, headers } = await ask(emulator, ofMax, await tokenOf(emulator))
  t.equal(status, 200)
  t.match(headers.get('request-id'), /^[0-9a-f-]{36}$/)
  t.match(body, { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)' })
  t.equal(body.value?.length, 201)
  t.notOk(body.value?.includes(more.mailingList), 'a distribution list is no security group')
  const all = await ask(emulator, ofMax, await tokenOf(emulator), '{"securityEnabledOnly":false}')
  t.equal(all.body.value?.length, 202)
  const ofAda = await ask(emulator, '/users/ada%40contoso.example/getMemberObjects', await tokenOf(emulator))
  t.strictSame(ofAda.body.value, [more.team])
  const withRoles = `/users/${ids.ada}/getMemberObjects`
  const everything = await ask(emulator, withRoles, await tokenOf(emulator), '{"securityEnabledOnly":false}')
  t.equal(everything.body.value?.length, 3, 'two groups and a directory role')
})

t.test('200 groups are listed, 201 are not', async t => {
  const max = { oid: ids.max, name: 'Max', upn: 'max@contoso.example' }
  for (const generatedGroups of [200, 201]) {
    const emulator = await start(t, {
      directory: contosoWith({ people: [{ ...max, generatedGroups }], conditionalAccessPolicies: [] }),
      autoSignIn: max.upn
    })
    const { groups } = decodeJwt((await signIn(emulator)).access_token)
    t.equal(Array.isArray(groups) && groups.length, generatedGroups === 200 && 200)
  }
})

t.test('each path wants the permissions that its page names', async t => {
  const people = '/users/%/getMemberObjects'
  const objects = '/directoryObjects/%/getMemberObjects'
  const applications = '/servicePrincipals/%/getMemberObjects'
  const table: [number, string, string[]][] = [
    [200, people, ['User.Read.All']],
    [200, people, ['Directory.Read.All']],
    [403, people, ['GroupMember.Read.All']],
    [403, people, ['User.ReadBasic.All']],
    [403, people, ['Group.Read.All']],
    [403, people, []],
    [200, objects, ['Directory.Read.All']],
    [403, objects, ['User.Read.All']],
    [200, applications, ['Application.Read.All']],
    [200, applications, ['Directory.Read.All']],
    [403, applications, ['User.Read.All', 'GroupMember.Read.All']]
  ]
  for (const [expected, path, roles] of table) {
    const emulator = await start(t, { directory: directoryWith(...roles) })
    const id = path === applications ? agentOid(emulator) : ids.max
    const asked = JSON.stringify({ securityEnabledOnly: path !== applications })
    const { status, body } = await ask(emulator, path.replace('%', id), await tokenOf(emulator), asked)
    t.equal(status, expected, `${path} ${roles.join(' ')}`)
    if (expected === 200) continue
    const message = 'Insufficient privileges to complete the operation.'
    const innerError = { date: String, 'request-id': String, 'client-request-id': 'of-the-caller' }
    t.match(body.error, { code: 'Authorization_RequestDenied', message, innerError })
  }
})

t.test('/me is for people, and User.Read is enough', async t => {
  const emulator = await start(t, { directory: directoryWith('Directory.Read.All') })
  const { access_token } = await signIn(emulator, { scope: 'User.Read' })
  const own = await ask(emulator, '/me/getMemberObjects', access_token)
  t.strictSame(own.body.value, [more.team])
  t.equal((await ask(emulator, ofMax, access_token)).status, 403, 'not for another person')
  const application = await ask(emulator, '/me/getMemberObjects', await tokenOf(emulator))
  t.equal(application.status, 400)
  t.match(application.body.error, { code: 'BadRequest', message: /only valid with delegated/ })
})

t.test('only a token for Microsoft Graph that it issued is taken', async t => {
  const now = Date.now()
  const emulator = await start(t, { directory: directoryWith('Directory.Read.All'), now: () => now })
  const good = await tokenOf(emulator)
  const [head = '', payload = '', signature = ''] = good.split('.')
  const graph = { kind: 'app', client: ids.daemon, resource: 'https://graph.microsoft.com' } as const
  const changed = Buffer.from(JSON.stringify({ ...decodeJwt(good), roles: ['Mail.Read'] })).toString('base64url')
  const table: [RegExp, string | undefined][] = [
    [/Access token is empty/, undefined],
    [/80049217/, 'x'],
    [/Invalid audience/, emulator.issueToken({ kind: 'app', client: ids.daemon })],
    [/Invalid signature/, emulator.issueToken({ ...graph, key: 'unpublished' })],
    [/Invalid signature/, `${head}.${changed}.${signature}`],
    [/Invalid signature/, `${head}.${payload}.AAAA`],
    [/Invalid issuer/, emulator.issueToken({ ...graph, claims: { tid: ids.otherTenant } })],
    [/Lifetime validation failed/, emulator.issueToken({ ...graph, expiresIn: 0 })]
  ]
  for (const [message, token] of table) {
    const { status, headers, body } = await ask(emulator, ofMax, token)
    t.equal(status, 401)
    t.match(body.error, { code: 'InvalidAuthenticationToken', message })
    t.match(headers.get('www-authenticate'), /^Bearer realm="", authorization_uri="/)
  }
  t.equal((await ask(emulator, ofMax, good)).status, 200)
})

t.test('what is not there, and what is not asked rightly', async t => {
  const emulator = await start(t, { directory: directoryWith('Directory.Read.All') })
  const token = await tokenOf(emulator)
  const nobody = await ask(emulator, '/users/nobody@contoso.example/getMemberObjects', token)
  t.equal(nobody.status, 404)
  t.match(nobody.body.error, { code: 'Request_ResourceNotFound', message: /'nobody@contoso\.example' does not exist/ })
  const byName = await ask(emulator, '/directoryObjects/max@contoso.example/getMemberObjects', token)
  t.equal(byName.status, 404, 'a directory object has no name')
  for (const body of ['', '{', '[]', 'null', '{}', '{"securityEnabledOnly":"true"}']) {
    t.equal((await ask(emulator, ofMax, token, body)).status, 400, body)
  }
  t.equal((await ask(emulator, '/users', token)).status, 400)
  t.equal((await ask(emulator, '/users/%E0%A4%A/getMemberObjects', token)).status, 400)
  const put = { method: 'PUT' }
  t.equal((await ask(emulator, ofMax, token, '{}', put)).status, 405)
})

t.test('while it is throttled Graph says when to come back', async t => {
  const emulator = await start(t, { directory: directoryWith('Directory.Read.All') })
  const token = await tokenOf(emulator)
  emulator.throttleGraph(7)
  const { status, headers, body } = await ask(emulator, ofMax, token)
  t.equal(status, 429)
  t.equal(headers.get('retry-after'), '7')
  t.match(body.error, { code: 'TooManyRequests' })
  emulator.throttleGraph(false)
  t.equal((await ask(emulator, ofMax, token)).status, 200)
  t.equal(decodeJwt((await signIn(emulator, { scope: `${mcpUri}/mcp_access` })).access_token)['scp'], 'mcp_access')
})

t.test('the groups of an application are those of its service principal', async t => {
  const directory = contosoWith(
    {},
    {
      [ids.daemon]: { appRoleAssignments: grant('Directory.Read.All') },
      [more.agent]: { groups: [more.team, more.writers] }
    }
  )
  const emulator = await start(t, { directory })
  const token = await tokenOf(emulator)
  const of = (path: string, body = '{"securityEnabledOnly":false}') =>
    ask(emulator, `${path}/getMemberObjects`, token, body)
  const oid = agentOid(emulator)
  for (const path of [`/servicePrincipals/${oid.toUpperCase()}`, `/directoryObjects/${oid}`]) {
    t.strictSame((await of(path)).body.value, [more.team, more.writers], path)
    const refused = await of(path, '{"securityEnabledOnly":true}')
    t.equal(refused.status, 400, path)
    t.match(refused.body.error, { code: 'Request_BadRequest', message: /To get security groups, the member must be a/ })
  }
  for (const path of [`/users/${oid}`, `/servicePrincipals/${more.agent}`, `/servicePrincipals/${ids.max}`])
    t.equal((await of(path)).status, 404, path)
})
