import { generateKeyPairSync } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createGateway } from '@sluice/core'
import { type EntraEmulator, startEntraEmulator, type TenantConfig } from '@sluice/entra-emulator'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t, { type Test } from 'tap'
import { parseDocument } from 'yaml'
import { recordsOf } from './support/audit-records.ts'
import { recordingLog } from './support/log.ts'
import { OtlpReceiver } from './support/otlp-receiver.ts'
import { upstream } from './support/upstream.ts'
import { variables } from './support/variables.ts'

const root = resolve(import.meta.dirname, '..')
const TENANT = '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44'
const API = 'b92d6e60-86ff-4359-b971-04404fe079ec'
const VSCODE = 'aebc6443-996d-45c2-90f0-388ff96faa56'
const OTHER_CLIENT = '33333333-4444-4555-8666-777777777777'
const DAEMON = '44444444-5555-4666-8777-888888888888'
const MCP = 'https://mcp.contoso.example/mcp'

/** The tenant that the READMEs speak of. */
const tenant: TenantConfig = {
  tenantId: TENANT,
  displayName: 'Contoso',
  verifiedDomains: ['contoso.example'],
  applications: [
    {
      clientId: API,
      displayName: 'Contoso MCP',
      identifierUris: [MCP],
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ value: 'mcp_access' }, { value: 'other' }],
      appRoles: ['Mcp.Read.All', 'Mcp.ReadWrite.All', 'Mcp.Other'].map(value => ({
        value,
        allowedMemberTypes: ['Application']
      })),
      optionalClaims: { accessToken: [{ name: 'idtyp' }] },
      preAuthorizedApplications: [VSCODE, OTHER_CLIENT].map(appId => ({ appId, scopes: ['mcp_access', 'other'] }))
    },
    { clientId: VSCODE, displayName: 'Visual Studio Code' },
    { clientId: OTHER_CLIENT, displayName: 'Another client' },
    {
      clientId: DAEMON,
      displayName: 'A daemon',
      appRoleAssignments: [{ resource: API, role: 'Mcp.Read.All' }]
    }
  ],
  people: ['ada', 'grace'].map((name, i) => ({
    oid: `55555555-6666-4777-8888-99999999999${i}`,
    name,
    upn: `${name}@contoso.example`
  }))
}

interface Served {
  readonly url: string
  readonly issue: EntraEmulator['issueToken']
  /** `Mcp-Session-Id` of the requests that reached the MCP server. */
  readonly sessions: readonly (string | undefined)[]
  /** Where the configuration is. */
  readonly folder: string
  /** The public half of SLUICE_AUDIT_KEY. */
  readonly auditKey: string
  /** What the `OTEL_*` variables name. */
  readonly collector: OtlpReceiver
  close(): Promise<void>
  /** Sends a POST, with a message that calls the tool, and tells what came of it. */
  call(
    token?: string,
    options?: { tool?: string; args?: object | undefined; headers?: Record<string, string> }
  ): Promise<Response>
}

/** Serves the configuration of a README: only the authority, the MCP server and the ports are the test's own. */
const served = async (t: Test, plugin: string): Promise<Served> => {
  const entra = await startEntraEmulator({ directory: { tenants: [tenant] } })
  t.teardown(() => entra.close())
  const collector = await OtlpReceiver.start(t)
  variables(t, 'OTEL_', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'mcp-gateway' })
  const sessions: (string | undefined)[] = []
  const { url: mcp } = await upstream(t, (req, res) => {
    sessions.push(req.headers['mcp-session-id'] as string | undefined)
    res.setHeader('content-type', 'application/json')
    req.resume().on('end', () => res.setHeader('mcp-session-id', 'of-the-upstream').end('{}'))
  })
  const text = readFileSync(join(root, 'plugins', plugin, 'README.md'), 'utf8')
  const [yaml = ''] = /(?<=## Example\n\n(?:[^#]*\n)?```yaml\n)[^]*?(?=```)/.exec(text) ?? []
  const config = parseDocument(yaml)
  const { routes } = config.toJS() as { routes: { filters?: Record<string, object>[] }[] }
  for (const [i, filter] of (routes[0]!.filters ?? []).entries()) {
    const [name = ''] = Object.keys(filter)
    if ('tenant' in filter[name]!) config.setIn(['routes', 0, 'filters', i, name, 'authority'], entra.authority)
  }
  config.setIn(['routes', 0, 'upstream'], `${mcp}/mcp`)
  for (const [key, value] of Object.entries({ listen: { port: 0 }, admin: { port: 0 }, shutdown: { grace: '0s' } }))
    config.set(key, value)
  const { log } = recordingLog()
  const [, beside = 'beside.yaml', other = ''] = /and beside it `([^`]+)`:\n\n```yaml\n([^]*?)```/.exec(text) ?? []
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const env = {
    SLUICE_SEALING_KEY: 'a secret of thirty-two characters or more',
    SLUICE_AUDIT_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ENTRA_CLIENT_SECRET: 'shh'
  }
  const folder = t.testdir({ [beside]: other, 'sluice.yaml': String(config) })
  const file = join(folder, 'sluice.yaml')
  const gateway = createGateway(file, { env, pluginBases: [import.meta.url], log })
  t.teardown(() => gateway.close())
  const { url, adminUrl } = await gateway.start()
  while ((await fetch(`${adminUrl}/readyz`)).status !== 200);
  return {
    url,
    issue: options => entra.issueToken(options),
    sessions,
    folder,
    auditKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    collector,
    close: () => gateway.close(),
    call: (token, { tool = 'echo', args, headers = {} } = {}) =>
      fetch(`${url}/mcp`, {
        method: 'POST',
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers
        }
      })
  }
}

const codeOf = (response: Response): string | null => response.headers.get('x-sluice-error')

/** What a README says of its example, by plugin. */
const claimed: Record<string, (t: Test, served: Served) => Promise<void>> = {
  async audit(t, { call, issue, folder, auditKey, close }) {
    t.equal((await call(issue())).status, 200)
    t.equal(codeOf(await call(issue({ scopes: ['other'] }))), 'SLUICE_SCOPE_INSUFFICIENT')
    t.equal(codeOf(await call()), 'SLUICE_AUTH_TOKEN_MISSING')
    await close()
    const file = join(folder, 'audit.jsonl')
    const found = await verifyFiles([file], { keys: [auditKey] })
    t.match(found, { ok: true, chains: [{ unsigned: 0, closed: true }] })
    const records = recordsOf(file).map(({ type, decision, code, kind }) => [type, decision, code, kind])
    t.strictSame(records, [
      ['decision', 'allow', null, 'user'],
      ['outcome', 'allow', null, 'user'],
      ['decision', 'deny', 'SLUICE_SCOPE_INSUFFICIENT', 'user'],
      ['outcome', 'deny', 'SLUICE_SCOPE_INSUFFICIENT', 'user'],
      ['summary', 'deny', 'SLUICE_AUTH_TOKEN_MISSING', null]
    ])
  },
  async 'entra-oauth'(t, { url, call, issue }) {
    const at = 'https://mcp.contoso.example/oauth/mcp'
    const metadata = async () => fetch(`${url}/.well-known/oauth-authorization-server/oauth/mcp`)
    while ((await metadata()).status === 503);
    t.match(await (await metadata()).json(), { issuer: at, client_id_metadata_document_supported: true })
    const redirect_uris = ['https://claude.ai/api/mcp/auth_callback']
    const register = (metadata: object) =>
      fetch(`${url}/oauth/mcp/register`, {
        method: 'POST',
        body: JSON.stringify(metadata),
        headers: { 'content-type': 'application/json' }
      })
    const { client_id } = (await (await register({ redirect_uris })).json()) as { client_id: string }
    t.equal((await register({ redirect_uris: ['https://evil.example/'] })).status, 400)
    const authorize = (client: string, redirect: string) => {
      const pkce = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }
      const query = new URLSearchParams({ client_id: client, redirect_uri: redirect, response_type: 'code', ...pkce })
      return fetch(`${url}/oauth/mcp/authorize?${query.toString()}`)
    }
    t.match(await (await authorize(client_id, redirect_uris[0]!)).text(), /claude\.ai/)
    t.match(await (await authorize('cursor', 'cursor://anysphere.cursor-mcp/oauth/callback')).text(), /Allow Cursor/)
    t.equal((await authorize('cursor', redirect_uris[0]!)).status, 400)
    t.equal((await call(issue({ scopes: ['mcp_access'] }))).status, 200)
  },
  async authz(t, { call, issue }) {
    const ada = issue({ person: 'ada@contoso.example' })
    const editor = issue({ person: 'grace@contoso.example', claims: { roles: ['Notes.Edit'] } })
    const codes = async (token: string, tool: string, args?: object) => codeOf(await call(token, { tool, args }))
    t.equal(await codes(ada, 'get_time'), null)
    t.equal(await codes(ada, 'put_note'), 'SLUICE_AUTHZ_REFUSED')
    t.equal(await codes(editor, 'put_note'), null)
    t.equal(await codes(ada, 'pay', { amount: 100 }), 'SLUICE_AUTHZ_STEP_UP_UNSUPPORTED')
    const strong = issue({ person: 'ada@contoso.example', claims: { acrs: ['c1'] } })
    t.equal(await codes(strong, 'pay', { amount: 100 }), null)
    t.equal(await codes(ada, 'pay', { amount: 101 }), 'SLUICE_AUTHZ_ARGUMENTS_REFUSED')
    t.equal(await codes(ada, 'get_payroll'), null)
    t.equal(await codes(issue({ kind: 'app' }), 'get_payroll'), 'SLUICE_AUTHZ_REFUSED')
  },
  async 'jwt-entra'(t, { call, issue }) {
    t.equal(codeOf(await call()), 'SLUICE_AUTH_TOKEN_MISSING')
    t.equal((await call(issue({ client: VSCODE }))).status, 200)
    t.equal((await call(issue({ client: VSCODE, version: 1 }))).status, 200, 'a version 1 token')
    t.equal(codeOf(await call(issue({ client: OTHER_CLIENT }))), 'SLUICE_AUTH_CLIENT_REFUSED')
    t.equal(codeOf(await call(issue({ client: VSCODE, expiresIn: -31 }))), 'SLUICE_AUTH_TOKEN_EXPIRED')
    t.equal(codeOf(await call(issue({ client: VSCODE, scopes: ['other'] }))), 'SLUICE_SCOPE_INSUFFICIENT')
  },
  async origin(t, { url, call }) {
    const origin = 'https://chat.contoso.example'
    const response = await call(undefined, { headers: { origin } })
    t.equal(response.status, 200)
    t.equal(response.headers.get('access-control-allow-origin'), origin)
    t.equal(codeOf(await call(undefined, { headers: { origin: 'https://evil.example' } })), 'SLUICE_ORIGIN_REFUSED')
    t.equal((await call()).status, 200, 'what is no page')
    const headers = { origin, 'access-control-request-method': 'POST' }
    t.equal((await fetch(`${url}/mcp`, { method: 'OPTIONS', headers })).status, 204)
  },
  async otel(t, { call, issue, collector, close }) {
    const token = issue({ client: VSCODE })
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    await (await call(token, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-00` } })).text()
    await (await call(token, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } })).text()
    await close()
    const { spans } = collector
    t.strictSame(
      spans.filter(({ traceId }) => traceId === trace).map(({ name, kind }) => `${kind} ${name}`),
      ['server POST /mcp', 'server tools/call echo', 'client tools/call echo'],
      'the caller has decided, once against and once for it'
    )
    const attributes = { 'deployment.ring': 'canary', 'enduser.tenant': TENANT }
    t.match(
      spans.find(({ name }) => name === 'POST /mcp'),
      { attributes, resource: { 'service.name': 'mcp-gateway' } }
    )
    t.ok(collector.metrics.some(({ name }) => name === 'mcp.server.operation.duration'))
    t.notMatch(Buffer.concat(collector.bodies).toString('latin1'), token)
    t.strictSame(collector.faults, [])
  },
  async prm(t, { url, call }) {
    for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])
      t.match(await (await fetch(url + path)).json(), {
        resource: MCP,
        authorization_servers: [new RegExp(`/${TENANT}/v2\\.0$`)],
        scopes_supported: [`${MCP}/mcp_access`],
        resource_name: 'Contoso tools',
        resource_documentation: 'https://contoso.example/mcp/docs',
        resource_policy_uri: 'https://contoso.example/mcp/policy'
      })
    const metadata = 'https://mcp.contoso.example/.well-known/oauth-protected-resource/mcp'
    const challenge = `Bearer resource_metadata="${metadata}", scope="${MCP}/mcp_access"`
    t.equal((await call()).headers.get('www-authenticate'), challenge)
  },
  async 'rate-limit'(t, { call, issue, url }) {
    const now = performance.now()
    t.intercept(performance, 'now', { value: () => now })
    const [ada, grace] = [issue({ person: 'ada@contoso.example' }), issue({ person: 'grace@contoso.example' })]
    for (let i = 0; i < 6; i++) t.equal((await call(ada, { tool: 'search' })).status, 200)
    t.equal(codeOf(await call(ada)), 'SLUICE_RATE_LIMIT_EXCEEDED', 'six searches are sixty calls')
    t.equal((await call(grace)).status, 200, 'somebody else has not called yet')
    while (codeOf(await fetch(`${url}/mcp`)) === 'SLUICE_AUTH_TOKEN_MISSING');
    t.equal((await fetch(`${url}/mcp`)).status, 429, 'before anybody is asked for a token')
  },
  async revocation(t, { call, issue }) {
    const object = '3f0c7b1a-2d4e-4c55-9a61-7be0f2f4c9d1'
    const client = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d'
    t.equal((await call(issue())).status, 200)
    for (const claims of [{ oid: object }, { azp: client }, { iat: Date.parse('2026-01-24T09:59:59Z') / 1000 }])
      t.equal(codeOf(await call(issue({ claims }))), 'SLUICE_REVOCATION_REFUSED', JSON.stringify(claims))
  },
  async scope(t, { call, issue }) {
    t.equal((await call(issue({ scopes: ['mcp_access'] }))).status, 200)
    t.equal(codeOf(await call(issue({ scopes: ['other'] }))), 'SLUICE_SCOPE_INSUFFICIENT')
    t.equal((await call(issue({ kind: 'app' }))).status, 200)
    const other = issue({ kind: 'app', claims: { roles: ['Mcp.Other'] } })
    t.equal(codeOf(await call(other)), 'SLUICE_SCOPE_ROLE_MISSING')
    const refused = await call(issue({ scopes: ['mcp_access'] }), { tool: 'delete_note' })
    t.equal(codeOf(refused), 'SLUICE_SCOPE_INSUFFICIENT')
    t.match(refused.headers.get('www-authenticate'), /error="insufficient_scope".*scope="\S+\/mcp_access other"/)
    t.equal((await call(issue({ scopes: ['mcp_access', 'other'] }), { tool: 'delete_note' })).status, 200)
    t.equal(codeOf(await call(issue({ kind: 'app' }), { tool: 'delete_note' })), 'SLUICE_SCOPE_ROLE_MISSING')
  },
  async 'session-binding'(t, { call, issue, sessions }) {
    const [ada, grace] = [issue({ person: 'ada@contoso.example' }), issue({ person: 'grace@contoso.example' })]
    const session = (await call(ada)).headers.get('mcp-session-id') ?? ''
    t.not(session, 'of-the-upstream', 'sealed')
    const headers = { 'mcp-session-id': session }
    t.equal((await call(ada, { headers })).status, 200)
    t.equal((await call(grace, { headers })).status, 404)
    t.equal((await call(issue({ client: OTHER_CLIENT }), { headers })).status, 404, 'the same person by another client')
    t.strictSame(sessions, [undefined, 'of-the-upstream'])
  }
}

t.strictSame(
  Object.keys(claimed).toSorted(),
  globSync('*', { cwd: join(root, 'plugins') }).toSorted(),
  'every filter is here'
)

for (const [plugin, says] of Object.entries(claimed)) {
  t.test(`the example of ${plugin}'s README does what the README says`, async t => says(t, await served(t, plugin)))
}
