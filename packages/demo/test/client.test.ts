import t from 'tap'
import { runDemoClient } from '../src/client.ts'
import { StepError, type StepName, type StepReport } from '../src/step.ts'
import { ACCESS_TOKEN, CODE, type Fault, startFakeGateway } from './fake-gateway.ts'

void t.test('every step of the sign-in and of the calls is reported as it happens', async t => {
  const gateway = await startFakeGateway()
  t.teardown(() => gateway.close())
  const reports: StepReport[] = []
  const run = await runDemoClient({ url: gateway.url, clientId: 'demo', report: report => reports.push(report) })
  t.equal(run.accessToken, ACCESS_TOKEN)

  const { origin, url } = gateway
  const scope = `${url}/mcp_access`
  t.match(reports, [
    {
      step: '401',
      detail: { request: `POST ${url}`, status: '401', 'WWW-Authenticate': /^Bearer resource_metadata=/ }
    },
    {
      step: 'PRM',
      detail: {
        request: `GET ${origin}/.well-known/oauth-protected-resource/mcp`,
        status: '200',
        resource: url,
        authorization_servers: `${origin}/tenant/v2.0`,
        scopes_supported: scope
      }
    },
    { step: 'discovery', detail: { request: /oauth-authorization-server\/tenant\/v2.0$/, status: '404' } },
    { step: 'discovery', detail: { request: /openid-configuration\/tenant\/v2.0$/, status: '404' } },
    { step: 'discovery', detail: { status: '200', issuer: `${origin}/tenant/v2.0` } },
    {
      step: 'authorize',
      detail: {
        request: `GET ${origin}/authorize`,
        client_id: 'demo',
        redirect_uri: /^http:\/\/127\.0\.0\.1:\d+\/callback$/,
        scope,
        resource: url,
        code_challenge_method: 'S256'
      }
    },
    { step: 'authorize', detail: { state: 'matches' } },
    { step: 'token', detail: { status: '200', token_type: 'Bearer', expires_in: '3599', scope: 'mcp_access' } },
    { step: 'initialize', detail: { server: 'sluice-demo 0.1.0', protocol: '2025-11-25' } },
    { step: 'tools/list', detail: { tools: 'echo, add, headers, countdown' } },
    { step: 'tools/call', detail: { tool: 'echo' } },
    { step: 'tools/call', detail: { tool: 'headers', authorization: 'never reached the upstream' } },
    { step: 'tools/call', detail: { tool: 'countdown', progress: '1 of 3', message: '3' } },
    { step: 'tools/call', detail: { tool: 'countdown', progress: '2 of 3', message: '2' } },
    { step: 'tools/call', detail: { tool: 'countdown', progress: '3 of 3', message: '1' } },
    { step: 'tools/call', detail: { tool: 'countdown', result: 'Counted down from 3.' } }
  ])
  t.equal(reports.length, 16)

  t.match(Object.fromEntries(gateway.tokenRequests[0] ?? []), {
    grant_type: 'authorization_code',
    code: CODE,
    client_id: 'demo',
    resource: url,
    code_verifier: /^.{43,128}$/
  })
  const told = JSON.stringify(reports)
  for (const secret of [ACCESS_TOKEN, CODE, gateway.tokenRequests[0]?.get('code_verifier') ?? '']) {
    t.equal(told.includes(secret), false, 'no report holds a credential')
  }
})

const html = { 'content-type': 'text/html' }
const json = { 'content-type': 'application/json' }
const rejected = JSON.stringify({ error: 'invalid_grant', error_description: 'AADSTS54005: already redeemed.' })
const initialized = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'open', version: '1' } }
})

const FAILURES: readonly (Fault & { name: string; step: StepName; says: RegExp })[] = [
  { name: 'no gateway', path: '/mcp', status: 502, step: '401', says: /answered 502.*Sluice listens/ },
  {
    name: 'a server that wants no token',
    path: '/mcp',
    status: 200,
    headers: json,
    body: initialized,
    step: '401',
    says: /asked for no token/
  },
  {
    name: 'no PRM document',
    path: '/.well-known/oauth-protected-resource/mcp',
    status: 404,
    step: 'PRM',
    says: /oauth-protected-resource\/mcp answered 404.*route has prm/
  },
  {
    name: 'no metadata',
    path: '/tenant/v2.0/.well-known/openid-configuration',
    status: 404,
    step: 'discovery',
    says: /openid-configuration answered 404.*authorization server runs/
  },
  {
    name: 'metadata of another issuer',
    path: '/tenant/v2.0/.well-known/openid-configuration',
    status: 200,
    headers: json,
    body: JSON.stringify({
      issuer: 'https://other.example',
      authorization_endpoint: 'https://other.example/a',
      token_endpoint: 'https://other.example/t',
      jwks_uri: 'https://other.example/k',
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256']
    }),
    step: 'discovery',
    says: /other\.example.*names its own issuer/
  },
  {
    name: 'an error page of the authorization endpoint',
    path: '/authorize',
    status: 400,
    headers: html,
    body: '<title>Sign in</title><p>AADSTS50011: The redirect URI does not match.</p>',
    step: 'authorize',
    says: /answered 400.*AADSTS50011: The redirect URI does not match\. Check the app registration/
  },
  {
    name: 'a page that waits for a person',
    path: '/authorize',
    status: 200,
    headers: html,
    body: '<title>Pick an account</title>',
    step: 'authorize',
    says: /showed: Pick an account/
  },
  {
    name: 'a response with another state',
    path: '/authorize',
    status: 302,
    headers: { location: '{redirect_uri}?code=x&state=other' },
    step: 'authorize',
    says: /another state/
  },
  {
    name: 'an error response',
    path: '/authorize',
    status: 302,
    headers: { location: '{redirect_uri}?error=access_denied&error_description=AADSTS65004&state={state}' },
    step: 'authorize',
    says: /access_denied: AADSTS65004/
  },
  {
    name: 'a redirect loop',
    path: '/authorize',
    status: 302,
    headers: { location: '/authorize' },
    step: 'authorize',
    says: /redirected 10 times/
  },
  {
    name: 'a refused code',
    path: '/token',
    status: 400,
    headers: json,
    body: rejected,
    step: 'token',
    says: /AADSTS54005: already redeemed.*public client/
  },
  {
    name: 'a token that the gateway does not take',
    path: '/token',
    status: 200,
    headers: json,
    body: JSON.stringify({ token_type: 'Bearer', expires_in: 60, access_token: 'foreign' }),
    step: 'initialize',
    says: /answered 401; the new token was refused with WWW-Authenticate: Bearer.*audiences/
  }
]

void t.test('a failure says which step, what was seen and what to do', async t => {
  for (const { name, step, says, ...fault } of FAILURES) {
    const gateway = await startFakeGateway(fault)
    t.teardown(() => gateway.close())
    const run = runDemoClient({ url: gateway.url, clientId: 'demo', report() {} })
    const error: unknown = await run.then(
      () => undefined,
      (error: unknown) => error
    )
    t.ok(error instanceof StepError, name)
    t.match(error, { step, message: says }, name)
    t.notMatch(error, { message: /foreign|the-code/ }, name)
  }
})

void t.test('a gateway that is not there fails with what the socket said', async t => {
  const gateway = await startFakeGateway()
  await gateway.close()
  const run = runDemoClient({ url: gateway.url, clientId: 'demo', report() {} })
  await t.rejects(run, { step: '401', message: /ECONNREFUSED/ })
})

void t.test('an aborted signal ends the run', async t => {
  const gateway = await startFakeGateway()
  t.teardown(() => gateway.close())
  const stop = new AbortController()
  const report = ({ step }: StepReport): void => {
    if (step === 'discovery') stop.abort()
  }
  const run = runDemoClient({ url: gateway.url, clientId: 'demo', report, signal: stop.signal })
  await t.rejects(run, { step: 'discovery', message: /abort/ })
})
