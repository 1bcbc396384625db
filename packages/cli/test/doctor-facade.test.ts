import { type EntraEmulator, startEntraEmulator } from '@sluice/entra-emulator'
import t, { type Test } from 'tap'
import type { DoctorReport, RouteReport } from '../src/doctor/report.ts'
import { sluice } from './sluice.ts'

t.jobs = 2

const TENANT = '11111111-2222-4333-8444-555555555555'
const API = '22222222-3333-4444-8555-666666666666'
const GATEWAY = '66666666-7777-4888-8999-aaaaaaaaaaaa'
const SCOPE = `api://${API}/mcp_access`
const ISSUER = 'http://127.0.0.1:9/oauth/mcp'

const emulator = async (t: Test, callback = `${ISSUER}/callback`): Promise<EntraEmulator> => {
  const api = {
    clientId: API,
    displayName: 'MCP',
    identifierUris: [`api://${API}`],
    requestedAccessTokenVersion: 2 as const,
    oauth2PermissionScopes: [{ value: 'mcp_access' }],
    preAuthorizedApplications: [{ appId: GATEWAY, scopes: ['mcp_access'] }]
  }
  const gateway = { clientId: GATEWAY, displayName: 'Sluice', redirectUris: { web: [callback] } }
  const entra = await startEntraEmulator({
    directory: { tenants: [{ tenantId: TENANT, applications: [api, gateway], people: [] }] }
  })
  t.teardown(() => entra.close().catch(() => {}))
  return entra
}

const configuration = (authority: string, clientId = GATEWAY): string => `publicUrl: http://127.0.0.1:9
sealing: { keys: [a secret of thirty-two characters or more] }
routes:
  - name: mcp
    path: /mcp
    upstream: http://127.0.0.1:9/mcp
    filters:
      - prm: { authorizationServers: ["${ISSUER}"], scopesSupported: ["${SCOPE}"] }
      - entra-oauth:
          tenant: ${TENANT}
          authority: "${authority}"
          clientId: ${clientId}
          credential: { secret: not looked at }
          scopes: ["${SCOPE}"]
          clients: [{ id: known, name: Known, redirectUris: ["https://app.contoso.example/callback"] }]
      - jwt-entra: { tenant: ${TENANT}, authority: "${authority}", audiences: [${API}] }
      - scope: { required: [mcp_access] }
`

const examined = async (t: Test, yaml: string, args: readonly string[] = []) => {
  const { code, stdout, stderr } = await sluice(['doctor', ...args], t.testdir({ 'sluice.yaml': yaml }))
  const { routes } = JSON.parse(stdout || '{"routes":[]}') as DoctorReport
  if (routes[0] === undefined) throw new Error(stderr)
  return { code, report: routes[0] }
}

t.test('the gateway’s own registration is asked for at Entra', async t => {
  const { authority } = await emulator(t)
  const elsewhere = await emulator(t, 'https://elsewhere.example/callback')
  const unknown = '66666666-7777-4888-8999-dddddddddddd'
  const table: readonly [string, number, RouteReport['gateway']][] = [
    [configuration(authority), 0, { accepted: true }],
    [
      configuration(authority, unknown),
      1,
      {
        code: 'AADSTS700016',
        meaning: 'The tenant has no application with that clientId.',
        fix: /Compare clientId/
      } as never
    ],
    [
      configuration(elsewhere.authority),
      1,
      { code: 'AADSTS50011', meaning: /platform Web/, fix: /oauth\/mcp\/callback/ } as never
    ]
  ]
  for (const [yaml, exit, gateway] of table) {
    const { code, report } = await examined(t, yaml)
    t.match(report.gateway, gateway)
    t.equal(code, exit)
    t.strictSame(
      report.findings.filter(({ severity }) => severity === 'fault'),
      []
    )
  }
})

t.test('a client is tried at the facade, which knows it', async t => {
  const { authority } = await emulator(t)
  const callback = 'https://app.contoso.example/callback'
  const table: readonly [string, string, object | undefined][] = [
    ['known', callback, undefined],
    ['nobody', callback, { code: 'SLUICE_OAUTH_CLIENT', fix: /under clients of entra-oauth/ }],
    ['known', 'https://evil.example/cb', { code: 'SLUICE_OAUTH_REDIRECT_URI', fix: /Add the redirect URI/ }]
  ]
  for (const [client, uri, tried] of table) {
    const { code, report } = await examined(t, configuration(authority), ['--client', client, '--redirect-uri', uri])
    if (tried === undefined) t.equal(report.tried, undefined)
    else t.match(report.tried, tried)
    t.equal(code, tried === undefined ? 0 : 1, client)
  }
  const wider = configuration(authority).replace(`scopesSupported: ["${SCOPE}"]`, `scopesSupported: ["api://other/x"]`)
  const { report } = await examined(t, wider.replace(/ *- scope:.*\n/, ''), [
    '--client',
    'known',
    '--redirect-uri',
    callback
  ])
  t.match(report.tried, { code: 'invalid_scope', meaning: /scope/ }, 'what is told to the client is told here')
})

t.test('while Entra cannot be reached nothing is found that is not so, and the report says why', async t => {
  const entra = await emulator(t)
  await entra.close()
  const { report } = await examined(t, configuration(entra.authority))
  t.strictSame(report.findings, [])
  for (const id of [5, 6, 7, 14])
    t.match(
      report.unchecked.find(entry => entry.id === id),
      { needs: /ECONNREFUSED/ },
      `${id}`
    )
  t.match(report.gateway, { missing: /ECONNREFUSED/ })
})

t.test('check warns of a gateway that is the API', async t => {
  const { authority } = await emulator(t)
  const { stderr } = await sluice(['check'], t.testdir({ 'sluice.yaml': configuration(authority, API) }))
  t.match(stderr, /sluice\.yaml:12:21 .*clientId: .*one registration, which Entra refuses \(AADSTS90009\)/)
  t.notMatch((await sluice(['check'], t.testdir({ 'sluice.yaml': configuration(authority) }))).stderr, 'AADSTS90009')
})
