import { decodeJwt } from 'jose'
import t from 'tap'
import type { EntraEmulatorOptions } from '../src/index.ts'
import { contosoDirectory as directory, contosoWith, ledgerUri, more } from './contoso.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import {
  authorize,
  type Changes,
  click,
  getCode,
  postToken,
  readRedirect,
  redeem,
  signIn,
  start,
  type TokenAnswer
} from './oauth-client.ts'
import { checkEveryCodeWasSeen, checkRefusal, readCode, written } from './refusal.ts'

const ask = (claims: object): string => JSON.stringify({ access_token: claims })
const step = (value: string): string => ask({ acrs: { essential: true, value } })
const ledger = `${ledgerUri}/ledger_read`
const mcp = `${mcpUri}/mcp_access`

const manually: Partial<EntraEmulatorOptions> = { directory, automatic: false, autoSignIn: undefined }

t.test('an API under a policy wants a further step of whoever signs in, and without a page refuses', async t => {
  const emulator = await start(t, manually)
  const page = await authorize(emulator, { scope: ledger })
  const next = await click(emulator, page, 'login', { person: ids.ada })
  t.equal(next.status, 200)
  t.match(await next.clone().text(), 'Approve sign in request')
  const { body } = await redeem(emulator, readRedirect(await click(emulator, next, 'step')).get('code') ?? '')
  t.equal(decodeJwt(body.access_token)['scp'], 'ledger_read')
  const again = await click(emulator, await authorize(emulator, { scope: ledger }), 'step')
  t.match(await again.text(), 'AADSTS165000', 'the step is not for someone who has not signed in')
  const automatic = await start(t, { directory })
  const silent = readRedirect(await authorize(automatic, { scope: ledger, prompt: 'none' }))
  t.equal(silent.get('error'), 'interaction_required')
  t.match(silent.get('error_description'), written)
  t.equal(readCode(silent.get('error_description')), 50076)
})

t.test('a sign-in that did the step is good for every API; one that did not is told so at the refresh', async t => {
  const emulator = await start(t, { directory })
  const refresh = async ({ refresh_token }: TokenAnswer, changes: Changes = {}) =>
    postToken(emulator, {
      grant_type: 'refresh_token',
      client_id: ids.desktop,
      refresh_token,
      scope: ledger,
      ...changes
    })
  const weak = await signIn(emulator, { scope: `offline_access ${mcp}` })
  const refusal = await refresh(weak)
  checkRefusal(t, refusal, 50076, 'the API is under a policy')
  t.equal(refusal.body.suberror, 'basic_action')
  const capolids = { essential: true, values: [more.mfaPolicy] }
  t.strictSame(JSON.parse(refusal.body.claims ?? ''), { access_token: { capolids } })
  const context = await refresh(weak, { scope: mcp, claims: step('c2') })
  checkRefusal(t, context, 50076, 'the context is under a policy')
  t.strictSame(JSON.parse(context.body.claims ?? ''), { access_token: { acrs: { essential: true, value: 'c2' } } })
  const byId = ask({ capolids })
  const demanded = await refresh(weak, { scope: mcp, claims: byId })
  checkRefusal(t, demanded, 50076, 'the policy is asked for')
  t.equal(demanded.body.claims, byId)
  const strong = await signIn(emulator, { scope: `offline_access ${ledger}` })
  t.equal((await refresh(strong)).status, 200)
  t.equal((await refresh(weak, { scope: mcp })).status, 200)
})

t.test('an authentication context that a policy is about comes into the token after the step', async t => {
  const emulator = await start(t, manually)
  const request = { claims: step('c2'), scope: `offline_access ${mcp}` }
  const next = await click(emulator, await authorize(emulator, request), 'login', { person: ids.ada })
  t.match(await next.clone().text(), 'Approve sign in request')
  const { body } = await redeem(emulator, readRedirect(await click(emulator, next, 'step')).get('code') ?? '')
  t.strictSame(decodeJwt(body.access_token)['acrs'], ['c2'])
  const { refresh_token } = body
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope: mcp }
  t.strictSame(decodeJwt((await postToken(emulator, form)).body.access_token)['acrs'], ['c2'], 'it is still satisfied')
  const asked = await postToken(emulator, { ...form, claims: step('c25') })
  t.strictSame(decodeJwt(asked.body.access_token)['acrs'], ['c25', 'c2'])
})

t.test('a context that no policy is about needs no step, and comes only when asked for, each time', async t => {
  const emulator = await start(t, manually)
  const request = { claims: step('c1'), scope: `offline_access ${mcp}` }
  const answer = await click(emulator, await authorize(emulator, request), 'login', { person: ids.ada })
  const { body } = await redeem(emulator, readRedirect(answer).get('code') ?? '')
  t.strictSame(decodeJwt(body.access_token)['acrs'], ['c1'])
  const { refresh_token } = body
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope: mcp }
  t.notOk('acrs' in decodeJwt((await postToken(emulator, form)).body.access_token))
  const automatic = await start(t, { directory })
  t.notOk('acrs' in decodeJwt((await signIn(automatic)).access_token))
})

t.test('an API without the optional claim gets what was asked for, and nothing unasked', async t => {
  const emulator = await start(t, { directory })
  const orders = `${ordersUri}/orders_read`
  const asked = decodeJwt((await signIn(emulator, { scope: orders, claims: step('c2') })).access_token)
  t.strictSame(asked['acrs'], ['c2'])
  const strong = await signIn(emulator, { scope: `offline_access ${ledger}` })
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token: strong.refresh_token }
  const unasked = async (scope: string) =>
    decodeJwt((await postToken(emulator, { ...form, scope })).body.access_token)['acrs']
  t.equal(await unasked(orders), undefined)
  t.strictSame(await unasked(mcp), ['c2'], 'an API with it gets what the sign-in satisfies')
})

t.test('which contexts come unasked is what the table of Microsoft says', async t => {
  // learn.microsoft.com/entra/identity-platform/developer-guide-conditional-access-authentication-context
  const ariel = { oid: ids.ada, name: 'Ariel', upn: 'ariel@contoso.example' }
  const jay = { oid: ids.max, name: 'Jay', upn: 'jay@contoso.example' }
  const about = (contexts: string[], excluded: { oid: string }) => ({
    includeAuthenticationContexts: contexts,
    includeUsers: [ids.ada, ids.max].filter(oid => oid !== excluded.oid)
  })
  const policies = [
    { id: more.stepPolicy, ...about(['c1'], ariel), builtInControl: 'mfa' as const },
    { id: more.blockPolicy, ...about(['c2', 'c3'], jay), builtInControl: 'block' as const },
    { id: more.mfaPolicy, includeApplications: [more.ledger], builtInControl: 'mfa' as const }
  ]
  const tenant = { people: [ariel, jay], conditionalAccessPolicies: policies }
  const emulator = await start(t, { directory: contosoWith(tenant), autoSignIn: undefined })
  const withMfa = { capolids: { values: [more.mfaPolicy] } }
  const asking = (value: string) => ({ acrs: { value } })
  const table: [string, object, string[] | undefined][] = [
    [ariel.upn, asking('c1'), ['c1']],
    [ariel.upn, {}, ['c1']],
    [ariel.upn, withMfa, ['c1']],
    [jay.upn, { ...asking('c1'), ...withMfa }, ['c1', 'c2', 'c3']],
    [jay.upn, asking('c2'), ['c2', 'c3']],
    [jay.upn, { ...asking('c2'), ...withMfa }, ['c2', 'c1', 'c3']],
    [jay.upn, withMfa, ['c1', 'c2', 'c3']],
    [jay.upn, {}, ['c2', 'c3']]
  ]
  for (const [login_hint, claims, expected] of table) {
    const { access_token } = await signIn(emulator, { login_hint, claims: ask(claims) })
    t.strictSame(decodeJwt(access_token)['acrs'], expected, `${login_hint} ${JSON.stringify(claims)}`)
  }
  const blocked = await authorize(emulator, { login_hint: ariel.upn, claims: step('c2') })
  t.equal(readCode(await blocked.text()), 53003)
  const silent = readRedirect(await authorize(emulator, { login_hint: jay.upn, claims: step('c1'), prompt: 'none' }))
  t.equal(readCode(silent.get('error_description')), 50076)
})

t.test('the code leg may ask for a context too, but not for a step', async t => {
  const emulator = await start(t, { directory })
  const code = await getCode(emulator)
  checkRefusal(t, await redeem(emulator, code, { claims: step('c2') }), 50076, 'nobody is there')
  const { body } = await redeem(emulator, code, { claims: step('c1') })
  t.strictSame(decodeJwt(body.access_token)['acrs'], ['c1'])
})

t.test('a client that declares cp1 gets a token of a day, where the API asked for xms_cc', async t => {
  const emulator = await start(t, { directory })
  const cp1 = ask({ xms_cc: { values: ['CP1', 'foo'] } })
  const lifetime = async (changes: Changes): Promise<number> => {
    const { iat = 0, exp = 0 } = decodeJwt((await signIn(emulator, changes)).access_token)
    return exp - iat
  }
  const { access_token } = await signIn(emulator, { claims: cp1 })
  t.strictSame(decodeJwt(access_token)['xms_cc'], ['CP1'], 'as it was written, and what is not known is left out')
  const long = await lifetime({ claims: cp1 })
  t.ok(long >= 20 * 3600 && long <= 28 * 3600, String(long))
  for (const changes of [{}, { claims: cp1, scope: `${ordersUri}/orders_read` }]) {
    const short = await lifetime(changes)
    t.ok(short >= 3600 && short <= 5400, String(short))
  }
})

t.test('a capability is declared with each request', async t => {
  const emulator = await start(t, { directory })
  const claims = ask({ xms_cc: { values: ['cp1'] } })
  const scope = `offline_access ${mcp}`
  const atCode = await redeem(emulator, await getCode(emulator, { scope }), { claims })
  t.strictSame(decodeJwt(atCode.body.access_token)['xms_cc'], ['cp1'])
  const { refresh_token } = atCode.body
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope }
  t.notOk('xms_cc' in decodeJwt((await postToken(emulator, form)).body.access_token))
  t.strictSame(decodeJwt((await postToken(emulator, { ...form, claims })).body.access_token)['xms_cc'], ['cp1'])
  const daemon = { grant_type: 'client_credentials', client_id: ids.daemon, client_secret: secret }
  const byItself = await postToken(emulator, { ...daemon, scope: `${mcpUri}/.default`, claims })
  t.strictSame(decodeJwt(byItself.body.access_token)['xms_cc'], ['cp1'])
})

t.test('the claims parameter must be what OpenID Connect says, at both endpoints', async t => {
  const emulator = await start(t, { directory })
  const { refresh_token } = await signIn(emulator, { scope: `offline_access ${mcp}` })
  const form = { grant_type: 'refresh_token', client_id: ids.desktop, refresh_token, scope: mcp }
  const wrong = [
    '{',
    '[]',
    'null',
    '"x"',
    '{"access_token":[]}',
    '{"access_token":"x"}',
    ask({ acrs: 'c1' }),
    ask({ acrs: { value: 1 } }),
    ask({ acrs: { essential: true } }),
    step('c0'),
    step('c100'),
    step('cp1'),
    step('C1'),
    ask({ xms_cc: { values: 'cp1' } }),
    ask({ nbf: { value: 'yesterday' } }),
    ask({ nbf: { value: 1 } })
  ]
  for (const claims of wrong) {
    const redirect = readRedirect(await authorize(emulator, { claims }))
    t.equal(readCode(redirect.get('error_description')), 9002313, claims)
    checkRefusal(t, await postToken(emulator, { ...form, claims }), 9002313, claims)
  }
  const right = [
    '{}',
    '{"access_token":null}',
    '{"id_token":{"auth_time":{"essential":true}}}',
    ask({ acrs: null, other: 7 }),
    ask({ nbf: { essential: true, value: '1790000000' } })
  ]
  for (const claims of right) {
    t.ok(readRedirect(await authorize(emulator, { claims })).has('code'), claims)
    t.equal((await postToken(emulator, { ...form, claims })).status, 200, claims)
  }
})

t.test('who is blocked is told so on a page, and the client only where it wants no page', async t => {
  const emulator = await start(t, { directory })
  const scope = `api://${more.vault}/vault_read`
  const page = await authorize(emulator, { scope })
  t.equal(readCode(await page.text()), 53003)
  t.equal(page.status, 400)
  t.equal(page.headers.get('location'), null)
  const silent = readRedirect(await authorize(emulator, { scope, prompt: 'none' }))
  t.equal(readCode(silent.get('error_description')), 53003)
  t.ok(readRedirect(await authorize(emulator, { scope, login_hint: 'max@contoso.example' })).has('code'))
})

t.test('a policy may be about every person, or about a context that is blocked', async t => {
  const policies = [
    { id: more.blockPolicy, includeAuthenticationContexts: ['c9'], builtInControl: 'block' as const },
    { id: more.mfaPolicy, includeApplications: [ids.mcp], includeUsers: [ids.gil], builtInControl: 'mfa' as const }
  ]
  const emulator = await start(t, { directory: contosoWith({ conditionalAccessPolicies: policies }) })
  t.equal(readCode(await (await authorize(emulator, { claims: step('c9') })).text()), 53003)
  t.ok(readRedirect(await authorize(emulator, { prompt: 'none' })).has('code'), 'Ada is not in it')
  const gil = readRedirect(await authorize(emulator, { prompt: 'none', login_hint: 'gil@fabrikam.example' }))
  t.equal(gil.get('error'), 'interaction_required')
})

checkEveryCodeWasSeen(t, 'conditional-access.test.ts')
