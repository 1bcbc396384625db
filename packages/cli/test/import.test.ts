import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { readAgentgateway } from '../src/agentgateway/read-file.ts'
import { translate } from '../src/agentgateway/translate.ts'
import { bin, sluice } from './sluice.ts'

t.jobs = 2

const API = 'api://0f1e2d3c-0000-4000-8000-00000000abcd'

/** As articles about Entra and agentgateway show it. */
const authentication = `
mcpAuthentication:
  mode: strict
  issuer: https://sts.windows.net/\${ENTRA_TENANT_ID}/
  jwks:
    url: https://login.microsoftonline.com/\${ENTRA_TENANT_ID}/discovery/v2.0/keys
  audiences: [${API}]
  resourceMetadata:
    authorizationServers: [https://login.microsoftonline.com/\${ENTRA_TENANT_ID}/v2.0]
    resource: https://mcp.contoso.example/entra/mcp
    scopesSupported: [${API}/mcp_access]
    bearerMethodsSupported: [header, body, query]
    resourceDocumentation: https://mcp.contoso.example/entra/mcp/docs
    resourcePolicyUri: https://mcp.contoso.example/entra/mcp/policies
`

const imported = async (t: Test, text: string) => {
  const cwd = t.testdir({ 'agentgateway.yaml': text })
  const { code, stdout, stderr } = await sluice(['import', 'agentgateway', 'agentgateway.yaml'], cwd)
  t.equal(code, 0, stderr)
  return { yaml: stdout, notes: stdout.split('\n').filter(line => line.startsWith('#')) }
}

t.test('the block of the articles becomes a route that can be served, and says what is different', async t => {
  const { yaml, notes } = await imported(t, authentication)
  t.strictSame(parse(yaml), {
    publicUrl: 'https://mcp.contoso.example',
    routes: [
      {
        name: 'mcp-1',
        path: '/entra/mcp',
        upstream: 'http://<address of the MCP server>',
        filters: [
          {
            prm: {
              tenant: '${ENTRA_TENANT_ID}',
              scopesSupported: [`${API}/mcp_access`],
              resourceDocumentation: 'https://mcp.contoso.example/entra/mcp/docs',
              resourcePolicyUri: 'https://mcp.contoso.example/entra/mcp/policies'
            }
          },
          { 'jwt-entra': { tenant: '${ENTRA_TENANT_ID}', audiences: [API] } }
        ]
      }
    ]
  })
  for (const said of [
    /upstream: the file names no MCP server/,
    /body was left out: .*forms are refused/,
    /query was left out: a token in a URL/,
    /issuer and jwks became tenant: .*that of version 1.*tid and ver are checked/,
    /AADSTS9010010/,
    /audiences: version 2 tokens carry the client ID/,
    /required: \[mcp_access\]/
  ]) {
    t.ok(
      notes.some(note => said.test(note)),
      String(said)
    )
  }
  const written = yaml.replace('http://<address of the MCP server>', 'http://127.0.0.1:3001/mcp')
  const cwd = t.testdir({ 'sluice.yaml': yaml, 'written.yaml': written })
  const env = { ENTRA_TENANT_ID: '11111111-2222-4333-8444-555555555555' }
  const unwritten = await sluice(['check'], cwd, env)
  t.equal(unwritten.code, 1, 'nothing is served in front of a server that nobody named')
  t.match(unwritten.stderr, /routes\[0\]\.upstream/)
  const checked = await sluice(['check', '--config', 'written.yaml'], cwd, env)
  t.equal(checked.code, 0, checked.stderr)
})

const routeWith = (policies: string, rest = ''): string => `
binds:
- port: 3000
  listeners:
  - routes:
    - name: Orders
      matches:
      - path: { exact: /.well-known/oauth-protected-resource/orders }
      - path: { pathPrefix: /orders/ }
      policies: ${policies}
      ${rest}
`

const first = (text: string) => {
  const { config, notes } = translate(readAgentgateway(text))!
  const [route] = config.routes
  const filters = Object.assign({}, ...(route?.filters ?? [])) as Record<string, Record<string, unknown>>
  return { route, filters, notes: notes.map(note => note.text).join('\n') }
}

t.test('a route keeps its name, its path and its MCP server', async t => {
  const one = 'backends: [{ mcp: { targets: [{ name: a, mcp: { host: "http://localhost:8010/mcp" } }] } }]'
  const { route } = first(routeWith('{ mcpAuthorization: { rules: ["true"] } }', one))
  t.match(route, { name: 'orders', path: '/orders/*', upstream: 'http://localhost:8010/mcp' })
  const servers: Record<string, RegExp> = {
    'backends: [{ mcp: { targets: [{ name: a, stdio: { cmd: npx } }] } }]': /standard input and output/,
    'backends: [{ mcp: { targets: [{ name: a, stdio: {} }, { name: b, stdio: {} }] } }]': /2 targets behind one route/,
    'backends: [{ host: "localhost:1" }]': /names no MCP server/
  }
  for (const [rest, said] of Object.entries(servers)) {
    t.match(first(routeWith('{ mcpAuthentication: {} }', rest)).notes, said)
  }
})

const target = 'targets: [{ name: a, mcp: { host: "http://localhost:3555/mcp" } }]'
const rule = 'mcpAuthorization: { rules: ["true"] }'

t.test('policies of the short form, and of a backend, find their server and their route', async t => {
  const short = first(`mcp: { port: 3000, policies: { ${rule} }, ${target} }`)
  t.match(short.route, { path: '/mcp', upstream: 'http://localhost:3555/mcp' })
  t.match(short.notes, /path: the file names none/)
  t.notMatch(short.notes, 'names no MCP server')
  const backends = `backends: [{ mcp: { targets: [{ name: b, stdio: {} }] } }, { mcp: { ${target} }, policies: { ${rule} } }]`
  t.match(first(routeWith('{}', backends)).route, {
    name: 'orders',
    path: '/orders/*',
    upstream: 'http://localhost:3555/mcp'
  })
})

const signIn = 'mcpAuthentication: { issuer: "https://id.contoso.example", audiences: [a], jwks: { url: "https://k" } }'

t.test('policies at several levels guard one route together', async t => {
  const denied = 'mcpAuthorization: { rules: [{ deny: "false" }] }'
  const bearer = 'jwtAuth: { issuer: "https://id.contoso.example", audiences: [a], jwks: { url: "https://k" } }'
  const placed = (outer: string, inner: string): string =>
    routeWith(`{ ${outer} }`, `backends: [{ mcp: { ${target} }, policies: { ${inner} } }]`)
  const table: readonly (readonly [string, readonly object[]])[] = [
    [placed(signIn, rule), [{ allow: 'true' }]],
    [placed(rule, signIn), [{ allow: 'true' }]],
    [placed(bearer, rule), [{ allow: 'true' }]],
    [placed(`${signIn}, ${denied}`, rule), [{ deny: 'false' }, { allow: 'true' }]],
    [placed(denied, `${signIn}, ${rule}`), [{ deny: 'false' }, { allow: 'true' }]],
    [
      `mcp: { policies: { ${signIn} }, targets: [{ name: a, mcp: { host: "http://localhost:3555/mcp" }, policies: { ${rule} } }] }`,
      [{ allow: 'true' }]
    ]
  ]
  for (const [text, rules] of table) {
    const { config } = translate(readAgentgateway(text))!
    t.equal(config.routes.length, 1, text)
    const { route, filters, notes } = first(text)
    t.equal(route?.upstream, 'http://localhost:3555/mcp')
    t.match(filters['jwt-entra'], { issuer: 'https://id.contoso.example' }, text)
    t.strictSame(filters['authz']?.['rules'], rules, text)
    t.notMatch(notes, 'There is no mcpAuthentication')
  }
  const inner = signIn.replace('id.contoso', 'inner.contoso')
  const { filters, notes } = first(placed(signIn, inner))
  t.match(filters['jwt-entra'], { issuer: 'https://inner.contoso.example' }, 'the inner one holds')
  t.match(notes, /policies stood at more than one level/)
})

t.test('policies in a list, which name what they are for, are found', async t => {
  const { filters } = first(`policies: [{ name: p, target: { route: r }, policy: { ${signIn} } }]`)
  t.match(filters['jwt-entra'], { issuer: 'https://id.contoso.example' })
})

t.test('each backend with rules has all of what is around it, and that they share a path is said', async t => {
  const backend = `{ mcp: { ${target} }, policies: { ${rule} } }`
  const { config, notes } = translate(
    readAgentgateway(routeWith(`{ ${signIn} }`, `backends: [${backend}, ${backend}]`))
  )!
  t.equal(config.routes.length, 2)
  for (const { filters } of config.routes) {
    t.strictSame(
      filters!.flatMap(entry => Object.keys(entry)),
      ['prm', 'jwt-entra', 'authz']
    )
  }
  t.match(notes.map(({ text }) => text).join('\n'), /another route has \/orders\/\*, too/)
})

t.test('what a route and its listener have besides is said', async t => {
  const { notes } = translate(
    readAgentgateway(`
binds:
- listeners:
  - hostname: gw.contoso.example
    tls: { cert: c }
    routes:
    - hostnames: [mcp.contoso.example]
      timeouts: { requestTimeout: 1s }
      matches: [{ path: { exact: /a }, method: GET }, { path: { pathPrefix: /b } }]
      policies: { ${rule} }
      backends: [{ mcp: { ${target} } }]
    - matches: [{ path: { exact: /a } }]
      policies: { ${rule} }
`)
  )!
  const said = notes.map(({ text }) => text).join('\n')
  for (const note of [
    /hostname mcp\.contoso\.example: write host/,
    /hostname gw\.contoso\.example/,
    /tls of the listener: .*listen\.tls/,
    /the first one became path; \/b\/\* takes a route of its own/,
    /matches: method has no counterpart/,
    /timeouts of the route: was not translated/,
    /another route has \/a, too/
  ]) {
    t.match(said, note)
  }
})

t.test('jwtAuth beside rules signs people in, as mcpAuthentication does', async t => {
  const { filters, notes } = first(
    `policies: { ${rule}, jwtAuth: { issuer: "https://id.contoso.example", audiences: [a], jwks: { url: "https://k" } } }`
  )
  t.match(filters['jwt-entra'], { issuer: 'https://id.contoso.example', audiences: ['a'], jwks: { url: 'https://k' } })
  t.match(filters['prm'], { authorizationServers: ['https://id.contoso.example'] })
  t.match(notes, /jwtAuth became prm and jwt-entra.*\n.*it is strict now/)
  const several = first(
    `policies: { ${rule}, jwtAuth: { mode: optional, providers: [{ issuer: "https://a" }, { issuer: "https://b" }] } }`
  )
  t.match(several.filters['jwt-entra'], { issuer: 'https://a', mode: 'optional' })
  t.match(several.notes, /1 more were left out/)
})

t.test('variables of both spellings are put in by Sluice', async t => {
  const { filters } = first(
    'mcpAuthentication: { issuer: $ISS, audiences: ["${A}-$B", "$$c"], jwks: { url: "https://x/$Y" } }'
  )
  t.match(filters['jwt-entra'], { issuer: '${ISS}', audiences: ['${A}-${B}', '$c'], jwks: { url: 'https://x/${Y}' } })
})

t.test('aliases that come to too much are a sentence', async t => {
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x]',
    ...[1, 2, 3, 4, 5, 6, 7, 8].map(n => `a${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]`)
  ]
  const cwd = t.testdir({ 'bomb.yaml': bomb.join('\n'), 'cases.yaml': bomb.join('\n'), 'sluice.yaml': 'x: 1' })
  const { code, stderr } = await sluice(['import', 'agentgateway', 'bomb.yaml'], cwd)
  t.equal(code, 1)
  t.equal(stderr, 'bomb.yaml: its aliases come to too much: write out what they stand for\n')
  const policy = await sluice(['policy', 'test', 'cases.yaml'], cwd)
  t.match(policy.stderr, /^cases\.yaml: its aliases come to too much/)
})

t.test('an issuer of Entra becomes its tenant, in every cloud; another provider keeps issuer and keys', async t => {
  const issuers: Record<string, object> = {
    'https://login.microsoftonline.com/T/v2.0': { tenant: 'T', authority: undefined },
    'https://sts.windows.net/T/': { tenant: 'T', authority: undefined },
    'https://login.microsoftonline.us/T/v2.0': { tenant: 'T', authority: 'https://login.microsoftonline.us' },
    'https://sts.chinacloudapi.cn/T/': { tenant: 'T', authority: 'https://login.partner.microsoftonline.cn' },
    'https://login.partner.microsoftonline.cn/T/v2.0': {
      tenant: 'T',
      authority: 'https://login.partner.microsoftonline.cn'
    },
    'https://T.ciamlogin.com/T/v2.0': { tenant: 'T', authority: 'https://T.ciamlogin.com' },
    'https://login.microsoftonline.com.evil.example/T/v2.0': { tenant: undefined },
    'https://id.contoso.example/realms/mcp': { tenant: undefined, issuer: 'https://id.contoso.example/realms/mcp' }
  }
  for (const [issuer, expected] of Object.entries(issuers)) {
    const tenant = '11111111-2222-4333-8444-555555555555'
    const real = (text: string): string => text.replaceAll('T', tenant)
    const { filters } = first(
      `mcpAuthentication: { issuer: "${real(issuer)}", audiences: [a], jwks: { url: "https://k" } }`
    )
    t.match(filters['jwt-entra'], JSON.parse(real(JSON.stringify(expected))), issuer)
    if (!('tenant' in expected) || expected.tenant === undefined)
      t.match(filters['jwt-entra'], { jwks: { url: 'https://k' } })
  }
})

t.test('what is unknown to prm goes to extra, what cannot be done is said, a secret stays where it was', async t => {
  const { filters, notes } = first(`
mcpAuthentication:
  mode: permissive
  issuer: https://login.microsoftonline.com/organizations/v2.0
  audiences: [b92d6e60-86ff-4359-b971-04404fe079ec]
  clientId: b92d6e60-86ff-4359-b971-04404fe079ec
  clientSecret: do-not-show
  provider: { entra: {} }
  authorizationLocation: { queryParameter: token }
  jwtValidationOptions: { requiredClaims: [nbf] }
  relaySigningKey: do-not-show
  somethingNew: 1
  resourceMetadata: { mcpProtocolVersion: 2025-06-18, scopesSupported: [openid, read], signedMetadata: x }
`)
  t.strictSame(filters['prm'], {
    tenant: 'organizations',
    scopesSupported: ['read'],
    extra: { mcp_protocol_version: '2025-06-18' }
  })
  t.equal(filters['jwt-entra']?.['mode'], undefined, 'strict')
  for (const said of ['permissive', 'organizations', 'AADSTS650053', 'entra-oauth', 'was not taken over']) {
    t.match(notes, said)
  }
  for (const said of [
    'authorizationLocation',
    'jwtValidationOptions',
    'signedMetadata',
    'openid',
    'publicUrl',
    'relaySigningKey',
    'somethingNew'
  ]) {
    t.match(notes, said)
  }
  t.notMatch(notes + JSON.stringify(filters), 'do-not-show')
})

t.test('rules become rules of authz, their names those of here, and nothing is changed inside a text', async t => {
  const { filters, notes } = first(`
mcpAuthorization:
  rules:
  - mcp.tool.name == "echo" && jwt.sub == 'mcp.resource.name'
  - allow: mcp.resource.name.startsWith("file:")
  - deny: mcp.tool.target == "a"
  - require: jwt.scp.contains("x")
  - deny: request.path == "\${x}"
  - 5
  - deny: [x]
`)
  t.strictSame(filters['authz']?.['rules'], [
    { allow: `mcp.tool.name == "echo" && jwt.sub == 'mcp.resource.name'` },
    { allow: 'mcp.resource.uri.startsWith("file:")' },
    { deny: 'mcp.tool.target == "a"' },
    { require: 'jwt.scp.contains("x")' },
    { deny: 'request.path == "${x}"' },
    { allow: 5 },
    { deny: ['x'] }
  ])
  for (const said of [
    /target: there is one MCP server/,
    /write "name" in jwt.scopes/,
    /deny rule that fails/,
    /rule 5 is no text/
  ]) {
    t.match(notes, said)
  }
})

t.test('other policies are named, and what does them here', async t => {
  const policies = '{ mcpAuthentication: {}, cors: {}, localRateLimit: [], jwtAuth: {} }'
  const { notes } = first(routeWith(policies))
  for (const said of [/cors: the filter origin/, /localRateLimit: use the filter rate-limit/, /jwtAuth: was not/]) {
    t.match(notes, said)
  }
})

t.test('nothing to import is 1, wrong usage is 2', async t => {
  const cwd = t.testdir({ 'empty.yaml': 'binds: []', 'torn.yaml': 'a: [', 'good.yaml': authentication })
  const codes: [number, string[]][] = [
    [1, ['agentgateway', 'empty.yaml']],
    [1, ['agentgateway', 'torn.yaml']],
    [2, ['agentgateway', 'missing.yaml']],
    [2, ['agentgateway']],
    [2, ['envoy', 'good.yaml']]
  ]
  for (const [code, args] of codes) t.equal((await sluice(['import', ...args], cwd)).code, code, args.join(' '))
  const piped = spawnSync(process.execPath, [bin, 'import', 'agentgateway', '-'], {
    input: authentication,
    encoding: 'utf8'
  })
  t.match(parse(piped.stdout), { publicUrl: 'https://mcp.contoso.example' })
})
