import t from 'tap'
import type { EntraEmulator } from '../src/index.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import {
  authorize,
  type Changes,
  challenge,
  desktopRedirect,
  getCode,
  postToken,
  readRedirect
} from './oauth-client.ts'
import { redeem, signIn, start, type TokenAnswer } from './oauth-client.ts'
import { checkEveryCodeWasSeen, checkRefusal, readCode, type Refusal, written } from './refusal.ts'

t.test('what is wrong with the client or its redirect URI is shown on a page and never redirected', async t => {
  const emulator = await start(t)
  const table: [number, Changes, string?][] = [
    [900144, { client_id: undefined }],
    [700016, { client_id: '00000000-0000-4000-8000-000000000000' }],
    [700016, { client_id: '<script>alert(1)</script>' }],
    [900971, { redirect_uri: undefined }],
    [50011, { redirect_uri: 'https://evil.example/callback' }],
    [50011, { redirect_uri: 'http://127.0.0.1:49152/callback/' }],
    [90002, {}, '00000000-0000-4000-8000-000000000000'],
    [90002, {}, 'contoso.onmicrosoft.com'],
    [900023, {}, 'nonsense'],
    [50194, {}, 'organizations'],
    [50194, {}, 'common'],
    [700016, { client_id: 'x' }, 'common']
  ]
  for (const [code, changes, tenant] of table) {
    const response = await authorize(emulator, changes, tenant)
    const page = await response.text()
    t.equal(readCode(page), code, JSON.stringify(changes))
    t.equal(response.status, 400)
    t.equal(response.headers.get('location'), null)
    t.notMatch(page, '<script>')
  }
  const url = `${emulator.authority}/${ids.tenant}/oauth2/v2.0/authorize?client_id=a&client_id=b`
  t.equal(readCode(await (await fetch(url)).text()), 9000411)
  t.equal((await fetch(url, { method: 'PUT' })).status, 405)
})

t.test('everything else goes back to the client with its state', async t => {
  const emulator = await start(t)
  const mcp = `${mcpUri}/mcp_access`
  const spa = { client_id: ids.spa, redirect_uri: 'https://spa.contoso.example/cb', code_challenge: undefined }
  const table: [number, string, Changes][] = [
    [900144, 'invalid_request', { scope: undefined }],
    [900144, 'invalid_request', { scope: '' }],
    [900144, 'invalid_request', { response_type: undefined }],
    [700051, 'unsupported_response_type', { response_type: 'token' }],
    [700054, 'unsupported_response_type', { response_type: 'code id_token' }],
    [70005, 'unsupported_response_type', { response_type: 'device_code' }],
    [70007, 'invalid_request', { response_mode: 'web_message' }],
    [90023, 'invalid_request', { prompt: 'create' }],
    [90023, 'invalid_request', { prompt: 'login consent' }],
    [9002325, 'invalid_request', { code_challenge: undefined, code_challenge_method: undefined }],
    [9002325, 'invalid_request', spa],
    [501491, 'invalid_request', { code_challenge: 'short' }],
    [9002313, 'invalid_request', { code_challenge_method: 's256' }],
    [9002313, 'invalid_request', { claims: '{' }],
    [9010010, 'invalid_target', { resource: `${mcpUri}/` }],
    [9010010, 'invalid_target', { resource: 'http://127.0.0.1:8080/MCP' }],
    [9010010, 'invalid_target', { resource: ids.mcp }],
    [9010010, 'invalid_target', { resource: ordersUri }],
    [9010010, 'invalid_target', { resource: mcpUri, scope: 'openid' }],
    [28000, 'invalid_request', { scope: `${mcp} ${ordersUri}/orders_read` }],
    [28000, 'invalid_request', { scope: `${mcp} User.Read` }],
    [650053, 'invalid_client', { scope: 'mcp_access' }],
    [650053, 'invalid_client', { scope: 'mcp_access', resource: mcpUri }],
    [650053, 'invalid_client', { scope: `${mcpUri}/unknown` }],
    [500011, 'invalid_resource', { scope: 'https://mcp.contoso.example/mcp_access' }],
    [500011, 'invalid_resource', { scope: `${mcpUri}//mcp_access` }],
    [70011, 'invalid_scope', { scope: `${mcpUri}/.default ${mcp}` }],
    [70011, 'invalid_scope', { scope: `${mcpUri}/` }],
    [65001, 'consent_required', { scope: `${mcpUri}/mcp_admin`, prompt: 'none' }],
    [50105, 'access_denied', { scope: `api://${ids.closed}/open` }]
  ]
  for (const [code, error, changes] of table) {
    const redirect = readRedirect(await authorize(emulator, changes))
    t.equal(readCode(redirect.get('error_description')), code, JSON.stringify(changes))
    t.match(redirect.get('error_description'), written)
    t.equal(redirect.get('error'), error)
    t.equal(redirect.get('state'), 'a state & more')
    t.notOk(redirect.has('code'))
  }
  const manual = await start(t, { autoSignIn: undefined, automatic: false })
  const silent = readRedirect(await authorize(manual, { prompt: 'none' }))
  t.equal(readCode(silent.get('error_description')), 50058)
  t.equal(silent.get('error'), 'login_required')
  const page = await (await authorize(emulator, { scope: `${mcpUri}/mcp_admin` })).text()
  const interaction = /name="interaction" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const post = async (body: URLSearchParams) =>
    fetch(`${emulator.authority}/${ids.tenant}/consent`, { method: 'POST', body, redirect: 'manual' })
  const declined = readRedirect(await post(new URLSearchParams({ interaction, decision: 'decline' })))
  t.equal(readCode(declined.get('error_description')), 65004)
  t.equal(readCode(await (await post(new URLSearchParams({ interaction, decision: 'accept' }))).text()), 165000)
})

t.test('the code leg refuses what does not belong to the code, which stays good for its own client', async t => {
  const emulator = await start(t)
  const code = await getCode(emulator)
  const table: [number, Changes, Record<string, string>?][] = [
    [900144, { grant_type: undefined }],
    [900144, { client_id: undefined }],
    [900144, { code: undefined }],
    [900144, { redirect_uri: undefined }],
    [70003, { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' }],
    [70003, { grant_type: 'password' }],
    [700016, { client_id: '00000000-0000-4000-8000-000000000000' }],
    [70000, { code: `${code}x` }],
    [70000, { client_id: ids.web }],
    [500112, { redirect_uri: 'http://127.0.0.1:1/callback' }],
    [501481, { code_verifier: challenge }],
    [50148, { code_verifier: undefined }],
    [9010010, { resource: `${mcpUri}/` }],
    [28000, { scope: `${ordersUri}/orders_read` }],
    [28003, { scope: '' }],
    [65001, { scope: `${mcpUri}/mcp_admin` }],
    [700025, { client_secret: secret }],
    [700025, { client_assertion: 'x' }],
    [9002326, {}, { origin: 'https://spa.contoso.example' }]
  ]
  for (const [expected, changes, headers] of table) {
    checkRefusal(t, await redeem(emulator, code, changes, headers), expected, JSON.stringify(changes))
  }
  t.equal((await redeem(emulator, code)).status, 200)
  checkRefusal(t, await redeem(emulator, code), 54005, 'a code is good once')
})

t.test('a web client without its secret, and a single-page app without a browser, get nothing', async t => {
  const emulator = await start(t)
  const web = { client_id: ids.web, redirect_uri: 'http://localhost:5000/cb' }
  const code = await getCode(emulator, web)
  const both = { authorization: `Basic ${Buffer.from(`${ids.web}:x`).toString('base64')}` }
  const table: [number, Changes, Record<string, string>?][] = [
    [7000218, {}],
    [7000215, { client_secret: 'wrong' }],
    [900144, { client_assertion: 'x' }],
    [9002313, { client_assertion: 'x', client_secret: secret }],
    [9002313, { client_secret: secret }, both],
    [9002326, { client_secret: secret }, { origin: 'http://localhost:5000' }]
  ]
  for (const [expected, changes, headers] of table) {
    checkRefusal(t, await redeem(emulator, code, { ...web, ...changes }, headers), expected, JSON.stringify(changes))
  }
  const spa = { client_id: ids.spa, redirect_uri: 'https://spa.contoso.example/cb' }
  checkRefusal(t, await redeem(emulator, await getCode(emulator, spa), spa), 9002327, 'no Origin')
})

t.test('codes and refresh tokens die, and belong to one client and one tenant', async t => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const emulator = await start(t, { now: () => now })
  const code = await getCode(emulator)
  const scope = `offline_access ${mcpUri}/mcp_access`
  const { refresh_token } = await signIn(emulator, { scope })
  const spa = { client_id: ids.spa, redirect_uri: 'https://spa.contoso.example/cb' }
  const headers = { origin: 'https://spa.contoso.example' }
  const spaToken = (await redeem(emulator, await getCode(emulator, { ...spa, scope }), spa, headers)).body.refresh_token
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope }
  const elsewhere = { ...form, code, redirect_uri: desktopRedirect }
  const other = async (grant_type: string) => postToken(emulator, { ...elsewhere, grant_type }, {}, ids.otherTenant)
  checkRefusal(t, await other('authorization_code'), 700005, 'a code of another tenant')
  checkRefusal(t, await other('refresh_token'), 700005, 'a refresh token of another tenant')
  const table: [number, Changes][] = [
    [90009, { scope: undefined }],
    [900144, { refresh_token: undefined }],
    [70000, { refresh_token: 'x' }],
    [70000, { client_id: ids.spa }],
    [65001, { scope: `${mcpUri}/mcp_admin` }],
    [9010010, { resource: ordersUri }],
    [70011, { scope: `${mcpUri}/.default ${mcpUri}/mcp_access` }],
    [650053, { scope: 'mcp_access' }],
    [700025, { client_secret: secret }]
  ]
  for (const [expected, changes] of table) {
    checkRefusal(t, await postToken(emulator, { ...form, ...changes }), expected, JSON.stringify(changes))
  }
  t.equal((await postToken(emulator, { ...form, scope: `${mcpUri}/mcp_admin` })).body.suberror, 'consent_required')
  now += 600_000
  checkRefusal(t, await redeem(emulator, code), 70008, 'ten minutes later')
  now += 86_400_000
  const stale = { ...form, client_id: ids.spa, refresh_token: spaToken }
  checkRefusal(t, await postToken(emulator, stale, headers), 700084, 'a day later')
  t.equal((await postToken(emulator, form)).status, 200)
})

t.test('a refresh token of a desktop client is good for 90 days', async t => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const emulator = await start(t, { now: () => now })
  const scope = `offline_access ${mcpUri}/mcp_access`
  const { refresh_token } = await signIn(emulator, { scope })
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope }
  now += 90 * 86_400_000 - 1
  t.equal((await postToken(emulator, form)).status, 200)
  now += 1
  checkRefusal(t, await postToken(emulator, form), 700082, '90 days later')
})

t.test('client credentials want a secret and exactly one .default', async t => {
  const emulator = await start(t)
  const form = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }
  const table: [number, Changes, Record<string, string>?][] = [
    [900144, {}],
    [7000216, { scope: `${mcpUri}/.default`, client_secret: undefined }],
    [7000215, { scope: `${mcpUri}/.default`, client_secret: 'wrong' }],
    [1002012, { scope: `${mcpUri}/mcp_access` }],
    [1002012, { scope: 'openid' }],
    [70011, { scope: `${mcpUri}/.default openid` }],
    [500011, { scope: `${mcpUri}//.default` }],
    [9010010, { scope: `${mcpUri}/.default`, resource: `${mcpUri}/` }],
    [501051, { scope: `api://${ids.closed}/.default` }],
    [9002326, { scope: `${mcpUri}/.default` }, { origin: 'https://x.example' }]
  ]
  for (const [expected, changes, headers] of table) {
    checkRefusal(t, await postToken(emulator, { ...form, ...changes }, headers), expected, JSON.stringify(changes))
  }
})

t.test('the token endpoint wants a POST of a form', async t => {
  const emulator: EntraEmulator = await start(t)
  const url = `${emulator.authority}/${ids.tenant}/oauth2/v2.0/token`
  const ask = async (options: RequestInit): Promise<Refusal> => {
    const response = await fetch(url, options)
    return { status: response.status, body: (await response.json()) as TokenAnswer }
  }
  checkRefusal(t, await ask({ method: 'GET' }), 900561, 'GET')
  const body = JSON.stringify({ grant_type: 'client_credentials' })
  const headers = { 'content-type': 'application/json' }
  checkRefusal(t, await ask({ method: 'POST', body, headers }), 900144, 'JSON')
  checkRefusal(t, await ask({ method: 'POST', body: new URLSearchParams('scope=a&scope=b') }), 9000411, 'twice')
  checkRefusal(t, await postToken(emulator, { client_id: ids.desktop }, {}, 'organizations'), 50194, 'organizations')
  checkRefusal(t, await postToken(emulator, {}, {}, 'nonsense'), 900023, 'tenant')
  t.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(70_000) })).status, 413)
})

checkEveryCodeWasSeen(t, 'refusals.test.ts')
