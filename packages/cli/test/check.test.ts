import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { sluice } from './sluice.ts'

const here = import.meta.dirname
t.jobs = 2

for (const yaml of globSync('broken/*.yaml', { cwd: here }).toSorted()) {
  t.test(
    `${basename(yaml, '.yaml')}: each fault has its place and says what to write instead`,
    { buffered: true },
    async t => {
      const { code, stdout, stderr } = await sluice(['check', '--config', yaml], here)
      const golden = join(here, yaml.replace(/yaml$/, 'txt'))
      const complaint = stderr.replaceAll(here, '…')
      // GOLDEN=write after a deliberate change of wording; read the diff before committing it.
      if (process.env['GOLDEN'] === 'write') writeFileSync(golden, complaint)
      t.equal(complaint, readFileSync(golden, 'utf8'))
      t.equal(code, 1)
      const { ok, issues } = JSON.parse(stdout) as {
        ok: boolean
        issues: { line: number; column: number; message: string }[]
      }
      t.equal(ok, false, 'piped, it is JSON')
      for (const { line, column, message } of issues) t.match(complaint, `:${line}:${column} `, message)
    }
  )
}

const T1 = '11111111-2222-4333-8444-555555555555'
const T2 = '11111111-2222-4333-8444-666666666666'
const guarded = (prm: string, jwt: string, scope: string): string =>
  `[{ prm: { ${prm} } }, { jwt-entra: { ${jwt} } }, { scope: { ${scope} } }]`
const good = guarded(
  `tenant: ${T1}, scopesSupported: ["https://mcp.contoso.example/a/mcp_access"]`,
  `tenant: ${T1}, audiences: [${T1}]`,
  'required: [mcp_access]'
)
const ISSUER = 'https://id.contoso.example'
const otherProvider = guarded(
  `authorizationServers: ["${ISSUER}"], scopesSupported: ["https://mcp.contoso.example/a/x"]`,
  `issuer: "${ISSUER}", jwks: { url: "${ISSUER}/keys" }, audiences: ["https://mcp.contoso.example/a"]`,
  'required: [mcp_access]'
)
const route = (name: string, filters: string): string =>
  `  - { name: ${name}, path: /${name}, upstream: "http://u:1", filters: ${filters} }\n`

const facade = (prm: string, oauth = `tenant: ${T1}`, limit = '{ rate-limit: { by: ip, limit: 60 } }, '): string =>
  `[${limit}{ prm: { ${prm}, scopesSupported: ["api://x/mcp_access"] } }, ` +
  `{ entra-oauth: { ${oauth}, clientId: ${T2}, credential: { secret: s }, registration: dcr, scopes: ["api://x/mcp_access"] } }, ` +
  `{ jwt-entra: { tenant: ${T1}, audiences: [${T1}] } }, { scope: { required: [mcp_access] } }]`
const ownIssuer = 'authorizationServers: ["https://mcp.contoso.example/oauth/a"]'

/** Routes, and what is said of them. */
const warned: Record<string, [string, RegExp[]]> = {
  'a good one': [route('a', good), []],
  'a route that nobody guards': [route('a', '[]'), [/sluice.yaml:3:5 routes\[0\]: .*anyone may/]],
  'a scope that clients cannot ask for': [
    route('a', good.replace('required: [mcp_access]', 'required: [mcp_access, other]')),
    [/^warning: sluice.yaml:3:\d+ routes\[0\].filters\[2\].scope: .*"other".*AADSTS650053/]
  ],
  'a tenant to sign in at, another to accept': [
    route('a', good.replace(`prm: { tenant: ${T1}`, `prm: { tenant: ${T2}`)),
    [/filters\[0\].prm.tenant: .*does not accept/]
  ],
  'organizations, and the tenant to sign in at among those that are accepted': [
    route(
      'a',
      good.replace(`jwt-entra: { tenant: ${T1}`, `jwt-entra: { tenant: organizations, tenants: [${T2}, ${T1}]`)
    ),
    []
  ],
  'organizations, and another tenant to sign in at': [
    route('a', good.replace(`jwt-entra: { tenant: ${T1}`, `jwt-entra: { tenant: organizations, tenants: [${T2}]`)),
    [/filters\[0\].prm.tenant: .*does not accept/]
  ],
  'one tenant, once by itself and once among organizations: one token for two routes': [
    route('a', good) +
      route(
        'b',
        good
          .replace('/a/', '/b/')
          .replace(`jwt-entra: { tenant: ${T1}`, `jwt-entra: { tenant: organizations, tenants: [${T1}]`)
      ),
    [/routes\[1\]: a token for the route "a" opens this one too/]
  ],
  'one token for two routes': [
    route('a', good) + route('b', good.replace('/a/', '/b/')),
    [/sluice.yaml:4:5 routes\[1\]: a token for the route "a" opens this one too/]
  ],
  'one token for the first and for a later one, by another of its audiences': [
    route('a', good) +
      route('b', good.replace('/a/', '/b/').replace(`audiences: [${T1}]`, `audiences: [${T2}]`)) +
      route('c', good.replace('/a/', '/c/').replace(`audiences: [${T1}]`, `audiences: [${T2}, ${T1}]`)),
    [/sluice.yaml:5:5 routes\[2\]: a token for the route "a" opens this one too/]
  ],
  'one audience, other app roles': [
    route('a', good.replace('required: [mcp_access]', 'required: [mcp_access], appRoles: [A]')) +
      route('b', good.replace('/a/', '/b/').replace('required: [mcp_access]', 'required: [mcp_access], appRoles: [B]')),
    []
  ],
  'another OpenID provider, which knows bare scopes': [route('a', otherProvider), []],
  'another provider whose ID tokens pass': [
    route('a', otherProvider.replace('jwks:', 'allowWithoutScopes: true, jwks:')),
    [/filters\[1\].jwt-entra: ID tokens of the issuer pass.*tokenType: at\+jwt/]
  ],
  'another provider than the one to sign in at': [
    route('a', otherProvider.replace(`["${ISSUER}"]`, `["${ISSUER}/"]`)),
    [/filters\[0\].prm.authorizationServers: people are not sent to sign in at https:\/\/id.contoso.example,/]
  ],
  'Entra to sign in at, another provider to accept': [
    route('a', otherProvider.replace(`authorizationServers: ["${ISSUER}"]`, `tenant: ${T1}`)),
    [/filters\[0\].prm.tenant: people are not sent/]
  ],
  'one token of another provider for two routes': [
    route('a', otherProvider) + route('b', otherProvider.replaceAll('/a', '/b').replace('/b"]', '/a"]')),
    [/sluice.yaml:4:5 routes\[1\]: .*same issuer, same audience/]
  ],
  'a sign-in that clients cannot find': [
    route('a', `[{ jwt-entra: { tenant: ${T1}, audiences: [${T1}] } }, { scope: { required: [mcp_access] } }]`),
    [/sluice.yaml:3:\d+ routes\[0\].filters\[0\].jwt-entra: clients cannot find out where to sign in/]
  ],
  'an optional token that nobody asks for': [
    route('a', `[{ prm: { tenant: ${T1} } }, { jwt-entra: { tenant: ${T1}, audiences: [${T1}], mode: optional } }]`),
    [/anyone may/]
  ],
  'a facade that clients are led to': [route('a', facade(ownIssuer)), []],
  'a facade that clients are not led to': [
    route('a', facade('authorizationServers: ["https://mcp.contoso.example/oauth"]')),
    [
      /filters\[1\].prm.authorizationServers: clients are not led to sign in at https:\/\/mcp.contoso.example\/oauth\/a,/
    ]
  ],
  'a facade beside a tenant': [
    route('a', facade(`tenant: ${T1}`)).replace(
      'api://x/mcp_access"] } }, { entra',
      'https://mcp.contoso.example/a/mcp_access"] } }, { entra'
    ),
    [
      /filters\[1\].prm.tenant: clients are not led/,
      /scopesSupported\[0\]: clients ask for "https:\/\/mcp.contoso.example\/a\/mcp_access", which entra-oauth does not give/
    ]
  ],
  'a facade of a foreign tenant': [
    route('a', facade(ownIssuer, `tenant: ${T2}`)),
    [/filters\[2\].entra-oauth.tenant: .*does not accept/]
  ],
  'a facade without a limit': [
    route('a', facade(ownIssuer, undefined, '')),
    [/filters\[1\].entra-oauth: nothing limits how often an address/]
  ],
  'a facade beside a route that nobody guards': [
    route('a', facade(ownIssuer)) + route('b', '[]'),
    [/"b" is reached without a token at https:\/\/mcp.contoso.example, where people allow clients/, /anyone may/]
  ],
  'a facade beside an open route of another host': [
    route('a', facade(ownIssuer)) +
      route('b', '[]').replace('path:', 'host: x.example, publicUrl: "https://x.example", path:'),
    [/anyone may/]
  ],
  'a facade behind which a token is optional': [
    route('a', facade(ownIssuer).replace(`audiences: [${T1}]`, `audiences: [${T1}], mode: optional`)),
    [/"a" is reached without a token at/]
  ],
  'a list of revocations where nobody finds out who is calling': [
    route('a', '[{ revocation: { file: revoked.json } }]'),
    [
      /routes\[0\]: .*anyone may/,
      /filters\[0\].revocation: nobody is revoked on the route "a": nothing in its filters finds out/
    ]
  ],
  'a scope of another resource': [
    route('a', good.replace('https://mcp.contoso.example/a/mcp_access', 'api://x/mcp_access')),
    [/filters\[0\].prm: "api:\/\/x\/mcp_access": .*AADSTS9010010/]
  ]
}

for (const [what, [routes, lines]] of Object.entries(warned)) {
  t.test(`${what}: exit 0, and ${lines.length === 0 ? 'nothing to say' : 'a warning with its place'}`, async t => {
    const config = `publicUrl: https://mcp.contoso.example\nroutes:\n${routes}sealing: { keys: ["a secret of thirty-two characters or more"] }\n`
    const { code, stdout, stderr } = await sluice(
      ['check'],
      t.testdir({ 'sluice.yaml': config, 'revoked.json': '{ "revoked": [] }' })
    )
    t.equal(code, 0, stderr)
    const said = stderr.split('\n').filter(text => text.startsWith('warning: '))
    t.equal(said.length, lines.length, stderr)
    for (const [i, line] of lines.entries()) t.match(said[i], line)
    const { ok, warnings } = JSON.parse(stdout) as { ok: boolean; warnings: { line: number }[] }
    t.equal(ok, true)
    t.equal(warnings.length, lines.length)
  })
}

t.test('check refuses an audit trail that run could not continue, and leaves the file as it is', async t => {
  const config = (file: string) => `publicUrl: http://127.0.0.1
filters: [{ audit: { file: ${file} } }]
routes: [{ name: all, path: /*, upstream: "http://127.0.0.1:9" }]`
  const cwd = t.testdir({
    folder: {},
    'notes.txt': 'no record\n',
    'folder.yaml': config('folder'),
    'notes.yaml': config('notes.txt'),
    'new.yaml': config('new.jsonl')
  })
  const refused: Record<string, RegExp> = {
    folder: /^folder\.yaml:2:\d+ .*file: .*folder cannot be continued: it is no regular file/,
    notes: /^notes\.yaml:2:\d+ .*cannot be continued: its last line is no audit record/
  }
  for (const [name, message] of Object.entries(refused)) {
    const { code, stderr } = await sluice(['check', '--config', `${name}.yaml`], cwd)
    t.equal(code, 1, name)
    t.match(stderr, message)
  }
  t.equal((await sluice(['check', '--config', 'new.yaml'], cwd)).code, 0)
  t.notOk(existsSync(join(cwd, 'new.jsonl')), 'nothing is created')
})
