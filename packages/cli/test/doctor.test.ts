import { spawnSync } from 'node:child_process'
import { type EntraEmulator, startEntraEmulator } from '@sluice/entra-emulator'
import t, { type Test } from 'tap'
import { reportText } from '../src/doctor/report-text.ts'
import type { DoctorReport } from '../src/doctor/report.ts'
import type { TokenReport } from '../src/doctor/token-report.ts'
import { bin, sluice } from './sluice.ts'

t.jobs = 2

const TENANT = '11111111-2222-4333-8444-555555555555'
const API = '22222222-3333-4444-8555-666666666666'
const MCP = 'https://mcp.contoso.example/mcp'

const emulator = async (t: Test): Promise<EntraEmulator> => {
  const entra = await startEntraEmulator({
    directory: {
      tenants: [
        {
          tenantId: TENANT,
          verifiedDomains: ['contoso.example'],
          applications: [
            {
              clientId: API,
              displayName: 'MCP',
              identifierUris: [MCP],
              requestedAccessTokenVersion: 2,
              oauth2PermissionScopes: [{ value: 'mcp_access' }]
            }
          ],
          people: [{ oid: '55555555-6666-4777-8888-999999999999', name: 'Ada', upn: 'ada@contoso.example' }]
        }
      ]
    }
  })
  t.teardown(() => entra.close())
  return entra
}

const configuration = (
  authority: string,
  scope = `${MCP}/mcp_access`
): string => `publicUrl: https://mcp.contoso.example
routes:
  - name: mcp
    path: /mcp
    upstream: http://127.0.0.1:9/mcp
    filters:
      - prm: { tenant: ${TENANT}, authority: "${authority}", scopesSupported: ["${scope}"] }
      - jwt-entra: { tenant: ${TENANT}, authority: "${authority}", audiences: [${API}] }
      - scope: { required: [mcp_access] }
  - name: open
    path: /open
    upstream: http://127.0.0.1:9/mcp
`

t.test('--decode explains a code, without a configuration', async t => {
  const cwd = t.testdir({})
  const { code, stdout } = await sluice(['doctor', '--decode', 'AADSTS9010010: The resource parameter'], cwd)
  t.equal(code, 0)
  t.match(JSON.parse(stdout), { code: 'AADSTS9010010', meaning: /identifier URI/, fix: /facade/ })
  const table: readonly [string, number, object][] = [
    ['AADSTS50011', 0, { meaning: /not registered for this client/, atFacade: /platform Web/ }],
    ['first AADSTS90009: x, then AADSTS650053: y', 0, { code: 'AADSTS90009', others: [{ code: 'AADSTS650053' }] }],
    ['AADSTS4999', 1, { code: null, message: /AADSTS4999 is not known here.*error\?code=4999/ }],
    ['SLUICE_AUTH_TOKEN_EXPIRED', 1, { code: null, message: /code of the gateway.*docs\/errors\.md/ }],
    ['foo', 1, { code: null, message: /no AADSTS code in that/ }]
  ]
  for (const [text, exit, said] of table) {
    const decoded = await sluice(['doctor', '--decode', text], cwd)
    t.equal(decoded.code, exit, text)
    t.match(JSON.parse(decoded.stdout), said)
  }
})

t.test('a set-up that cannot work is 1, one that can is 0; a route without sign-in is left out', async t => {
  const { authority } = await emulator(t)
  const cwd = t.testdir({
    'good.yaml': configuration(authority),
    'bad.yaml': configuration(authority, 'api://elsewhere/mcp_access')
  })
  const good = await sluice(['doctor', '--config', 'good.yaml'], cwd)
  t.equal(good.code, 0, good.stderr)
  const { ok, routes } = JSON.parse(good.stdout) as DoctorReport
  t.equal(ok, true)
  t.match(routes[1], { route: 'open', skipped: /no jwt-entra/ })
  t.match(
    routes[0]?.unchecked.find(({ id }) => id === 15),
    { needs: /app registration \(--graph-token FILE or --registration FILE\)/ }
  )
  const bad = await sluice(['doctor', '--config', 'bad.yaml', '--route', 'mcp'], cwd)
  t.equal(bad.code, 1)
  t.match(JSON.parse(bad.stdout), { ok: false, routes: [{ findings: [{ id: 2, severity: 'fault' }] }] })
})

t.test('without a network the checks that need one are listed, and the others are made', async t => {
  // A port that fetch never connects to (Fetch standard, bad ports).
  const cwd = t.testdir({ 'sluice.yaml': configuration('http://127.0.0.1:9', 'mcp_access') })
  const { code, stdout } = await sluice(['doctor'], cwd)
  t.equal(code, 1)
  const [route] = (JSON.parse(stdout) as DoctorReport).routes
  t.match(route?.findings, [{ id: 9, codes: ['AADSTS650053'] }])
  for (const id of [5, 6, 7, 14])
    t.ok(
      route?.unchecked.some(entry => entry.id === id),
      `${id}`
    )
})

t.test('--registration reads what az ad app show wrote', async t => {
  const { authority } = await emulator(t)
  const registration = (identifierUris: string[]) =>
    JSON.stringify({ appId: API, identifierUris, api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [] } })
  const cwd = t.testdir({
    'sluice.yaml': configuration(authority),
    'app.json': registration([`api://${API}`]),
    'token.json': 'eyJhbGciOi',
    'other.json': '{}'
  })
  const { code, stdout } = await sluice(['doctor', '--registration', 'app.json', '--route', 'mcp'], cwd)
  t.equal(code, 1)
  const { findings } = (JSON.parse(stdout) as DoctorReport).routes[0]!
  const mismatch = findings.find(({ id }) => id === 2)
  t.strictSame(mismatch?.remedy.manifest, {
    api: { requestedAccessTokenVersion: 2 },
    identifierUris: [`api://${API}`, MCP]
  })
  t.match(mismatch?.remedy.commands, [
    /^az rest --method PATCH --url ".*\(appId='2222.*'\)".*'\{"api":/,
    /identifierUris/
  ])
  for (const file of ['token.json', 'other.json', 'missing.json']) {
    const wrong = await sluice(['doctor', '--registration', file], cwd)
    t.equal(wrong.code, 2, file)
    t.notMatch(wrong.stderr, 'eyJ', 'and repeats nothing of it')
  }
})

t.test('--token says what the gateway says, and never shows the token', async t => {
  const entra = await emulator(t)
  const tokens: Record<string, [string, string | undefined]> = {
    good: [entra.issueToken(), undefined],
    expired: [entra.issueToken({ expiresIn: -3600 }), 'SLUICE_AUTH_TOKEN_EXPIRED'],
    'version 1': [entra.issueToken({ version: 1, claims: { aud: API } }), undefined],
    'without the scope': [entra.issueToken({ claims: { scp: 'other' } }), 'SLUICE_SCOPE_INSUFFICIENT'],
    foreign: [entra.issueToken({ key: 'unpublished' }), 'SLUICE_AUTH_KEY_UNKNOWN'],
    graph: [entra.issueToken({ header: { nonce: 'n' } }), 'SLUICE_AUTH_GRAPH_TOKEN'],
    opaque: ['abc', 'SLUICE_AUTH_TOKEN_MALFORMED']
  }
  for (const [name, [token, expected]] of Object.entries(tokens)) {
    const cwd = t.testdir({ 'sluice.yaml': configuration(entra.authority), token: `${token}\n` })
    const { code, stdout, stderr } = await sluice(['doctor', '--token', 'token'], cwd)
    const report = JSON.parse(stdout) as TokenReport
    t.equal(code, expected === undefined ? 0 : 1, `${name} ${stderr}`)
    t.match(report.routes, [
      { route: 'mcp', verdict: expected ? { code: expected, reason: /\w/ } : { accepted: true } }
    ])
    if (name === 'opaque') continue
    const [head = '', payload = '', signature = ''] = token.split('.')
    for (const part of [head, payload, signature, 'Ada', 'ada@contoso']) t.notMatch(stdout + stderr, part)
    t.match(report.token?.claims, [{ name: 'ver' }, { name: 'tid', value: TENANT }])
    const expiry = report.token?.claims.find(entry => entry.name === 'exp')
    t.equal(
      Date.parse(expiry?.time ?? ''),
      1000 * Number(expiry?.value),
      'values as values, times in words beside them'
    )
  }
})

t.test('a token of somebody who is revoked is refused, as the gateway would', async t => {
  const entra = await emulator(t)
  const yaml = configuration(entra.authority).replace(
    '      - scope:',
    '      - revocation: { file: revoked.json }\n      - scope:'
  )
  const revoked = [{ tenant: TENANT, object: '55555555-6666-4777-8888-999999999999', reason: 'a test' }]
  const cwd = t.testdir({ 'sluice.yaml': yaml, 'revoked.json': JSON.stringify({ revoked }), token: entra.issueToken() })
  const { code, stdout } = await sluice(['doctor', '--token', 'token'], cwd)
  t.equal(code, 1)
  t.match(JSON.parse(stdout), { routes: [{ verdict: { code: 'SLUICE_REVOCATION_REFUSED' } }] })
})

t.test('what a token says cannot act on a terminal', async t => {
  const entra = await emulator(t)
  const token = entra.issueToken({ claims: { scp: 'a\u001B[2J\u202Eb', ['x\u001B[1A']: 1, roles: ['r'.repeat(500)] } })
  const cwd = t.testdir({ 'sluice.yaml': configuration(entra.authority), token })
  const { stdout } = await sluice(['doctor', '--token', 'token'], cwd)
  const { token: shown } = JSON.parse(stdout) as TokenReport
  t.equal(shown?.claims.find(({ name }) => name === 'roles')?.cut, true)
  for (const value of [...(shown?.otherClaims ?? []), ...(shown?.claims ?? []).map(entry => entry.value)]) {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    t.notMatch(text, /\p{Cc}|\u202E/u)
    t.ok(text.length < 230)
  }
})

const noTerminal = spawnSync('script', ['--version']).error === undefined ? false : 'there is no script of util-linux'

t.test('at a terminal it is for people, and --json is not', { skip: noTerminal }, async t => {
  const cwd = t.testdir({})
  const at = (args: string): string =>
    String(
      spawnSync('script', ['-qec', `'${process.execPath}' '${bin}' doctor --decode 90009 ${args}`, '/dev/null'], {
        cwd
      }).stdout
    )
  t.match(at(''), /AADSTS90009\s+The client .*refresh without scope/)
  t.match(JSON.parse(at('--json')), { code: 'AADSTS90009' })
})

t.test('a report for people has all that there is, faults first', async t => {
  const remedy = { text: 'Do this.', configuration: 'a: 1\nb: 2', manifest: { c: 3 }, commands: ['az x'] }
  const finding = { title: 'it breaks', evidence: 'seen', clients: 'all', remedy }
  const report: DoctorReport = {
    ok: false,
    file: 'sluice.yaml',
    routes: [
      {
        route: 'mcp',
        url: MCP,
        authorizationServer: 'https://login.example/t/v2.0',
        findings: [
          { id: 2, severity: 'fault', codes: ['AADSTS9010010'], ...finding },
          { id: 5, severity: 'limit', codes: [], ...finding }
        ],
        unchecked: [{ id: 15, title: 'unknown', needs: 'more' }],
        clean: [1, 3],
        tried: { code: 'AADSTS700016', meaning: 'No such client.', fix: 'Register it.' }
      },
      { route: 'open', url: MCP, skipped: 'nobody', findings: [], unchecked: [], clean: [] }
    ]
  }
  t.equal(
    reportText(report, (_colour, text) => text),
    `Route mcp  ${MCP}
  signs in at https://login.example/t/v2.0
  ✗ 2 AADSTS9010010: it breaks
      seen.
      Hit: all.
      Mend: Do this.
      sluice.yaml:
        a: 1
        b: 2
      manifest:
        {
          "c": 3
        }
      az:
        az x
  ! 5 it breaks
      seen.
      Hit: all.
      What helps: Do this.
      sluice.yaml:
        a: 1
        b: 2
      manifest:
        {
          "c": 3
        }
      az:
        az x
  ✗ the client that was tried: AADSTS700016
      No such client.
      Mend: Register it.
  ? 15 unknown: not checked, needs more
  ✓ clean: 1, 3

Route open  ${MCP}
  not examined: nobody
`
  )
})
