import { decodeJwt } from 'jose'
import t from 'tap'
import type { EntraEmulator } from '../src/index.ts'
import { blueprintUri, contosoDirectory as directory, contosoWith, ledgerUri, more } from './contoso.ts'
import { ids, mcpUri, secret } from './directory.ts'
import { authorize, type Changes, postToken, readRedirect, signIn, start } from './oauth-client.ts'
import { checkEveryCodeWasSeen, checkRefusal } from './refusal.ts'

const exchange = 'api://AzureADTokenExchange/.default'
const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const scope = `${mcpUri}/mcp_access`

/** What a blueprint sends for the token with which one of its agent identities acts. */
const ofBlueprint = (changes: Changes = {}): Changes => ({
  grant_type: 'client_credentials',
  client_id: more.blueprint,
  client_secret: secret,
  scope: exchange,
  fmi_path: more.agent,
  ...changes
})

const tokenFor = async (emulator: EntraEmulator, form: Changes): Promise<string> => {
  const { status, body } = await postToken(emulator, form)
  t.equal(status, 200, body.error_description ?? 'a token')
  return body.access_token
}

const ofAgent = (client_assertion: string, changes: Changes): Changes => ({
  client_id: more.agent,
  client_assertion_type,
  client_assertion,
  ...changes
})

const byItself = { grant_type: 'client_credentials', scope: `${mcpUri}/.default` }

const onBehalfOf = (assertion: string): Changes => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  requested_token_use: 'on_behalf_of',
  assertion,
  scope
})

const asUser = (credential: string, changes: Changes = {}): Changes => ({
  grant_type: 'user_fic',
  requested_token_use: 'on_behalf_of',
  user_federated_identity_credential: credential,
  username: 'agent@contoso.example',
  scope,
  ...changes
})

const facets = (token: string): (string | undefined)[][] => {
  const claims = decodeJwt(token)
  return ['xms_act_fct', 'xms_sub_fct'].map(name => {
    const value = claims[name]
    return typeof value === 'string' ? value.split(' ') : [undefined]
  })
}

t.test('an agent by itself: its roles, a scope that says nothing, and it is both actor and subject', async t => {
  const emulator = await start(t, { directory })
  const token = await tokenFor(emulator, ofAgent(await tokenFor(emulator, ofBlueprint()), byItself))
  t.match(decodeJwt(token), {
    azp: more.agent,
    azpacr: '2',
    idtyp: 'app',
    roles: ['Mcp.Operator'],
    scp: '/',
    xms_par_app_azp: more.blueprint,
    xms_idrel: /^7\b/
  })
  const [actor = [], subject = []] = facets(token)
  t.ok(actor.includes('11') && subject.includes('11'))
  t.not(actor[0], '11', 'others stand before it')
})

t.test('an agent on behalf of a person: the person is the subject', async t => {
  const emulator = await start(t, { directory })
  const { access_token: forBlueprint } = await signIn(emulator, { scope: `${blueprintUri}/blueprint_read` })
  const assertion = await tokenFor(emulator, ofBlueprint())
  const token = await tokenFor(emulator, ofAgent(assertion, onBehalfOf(forBlueprint)))
  t.match(decodeJwt(token), { azp: more.agent, oid: ids.ada, scp: 'mcp_access', xms_par_app_azp: more.blueprint })
  t.equal(decodeJwt(token)['xms_idrel'], '1')
  const [actor = [], subject] = facets(token)
  t.ok(actor.includes('11'))
  t.strictSame(subject, [undefined])
  const { access_token: forMcp } = await signIn(emulator)
  const foreign = await postToken(emulator, ofAgent(assertion, onBehalfOf(forMcp)))
  checkRefusal(t, foreign, 500131, 'the token must be for the blueprint')
  const asked = { ...onBehalfOf(forBlueprint), scope: `${ledgerUri}/ledger_read` }
  checkRefusal(t, await postToken(emulator, ofAgent(assertion, asked)), 65001, 'what the agent was not granted')
})

t.test('its refresh token wants the assertion again', async t => {
  const emulator = await start(t, { directory })
  const { access_token: forBlueprint } = await signIn(emulator, { scope: `${blueprintUri}/blueprint_read` })
  const assertion = await tokenFor(emulator, ofBlueprint())
  const asked = { ...onBehalfOf(forBlueprint), scope: `offline_access ${scope}` }
  const { refresh_token } = (await postToken(emulator, ofAgent(assertion, asked))).body
  const refresh = { grant_type: 'refresh_token', refresh_token, scope }
  t.equal(decodeJwt(await tokenFor(emulator, ofAgent(assertion, refresh)))['azp'], more.agent)
  checkRefusal(t, await postToken(emulator, { client_id: more.agent, ...refresh }), 7000218, 'without')
})

t.test('an agent with its own user account: that is the subject', async t => {
  const emulator = await start(t, { directory })
  const assertion = await tokenFor(emulator, ofBlueprint())
  const credential = await tokenFor(emulator, ofAgent(assertion, { ...byItself, scope: exchange }))
  const token = await tokenFor(emulator, ofAgent(assertion, asUser(credential)))
  t.match(decodeJwt(token), { azp: more.agent, oid: more.agentUser, scp: 'mcp_access', name: 'Agent user' })
  const [actor = [], subject = []] = facets(token)
  t.ok(actor.includes('11') && subject.includes('13') && !subject.includes('11'))
  const table: [number, Changes][] = [
    [900144, { user_federated_identity_credential: undefined }],
    [900144, { requested_token_use: undefined }],
    [900144, { scope: undefined }],
    [50027, { user_federated_identity_credential: 'x' }],
    [700213, { user_federated_identity_credential: assertion }],
    [50000, { username: undefined, user_id: more.agentUser }],
    [70000, { username: 'ada@contoso.example' }],
    [70000, { username: 'nobody@contoso.example' }],
    [65001, { scope: `${ledgerUri}/ledger_read` }]
  ]
  for (const [code, changes] of table) {
    const refusal = await postToken(emulator, ofAgent(assertion, asUser(credential, changes)))
    checkRefusal(t, refusal, code, JSON.stringify(changes))
  }
  const other = { client_id: ids.daemon, client_secret: secret }
  checkRefusal(t, await postToken(emulator, { ...asUser(credential), ...other }), 70003, 'no agent')
})

t.test('without the optional claims an agent on behalf of a person looks like any other client', async t => {
  const plain = { [ids.mcp]: { optionalClaims: {} } }
  const emulator = await start(t, { directory: contosoWith({}, plain) })
  const { access_token: forBlueprint } = await signIn(emulator, { scope: `${blueprintUri}/blueprint_read` })
  const token = await tokenFor(emulator, ofAgent(await tokenFor(emulator, ofBlueprint()), onBehalfOf(forBlueprint)))
  t.strictSame(
    Object.keys(decodeJwt(token)).filter(name => name.startsWith('xms_') || name === 'idtyp'),
    []
  )
})

t.test('other clients have facets too, but not these, and no parent', async t => {
  const emulator = await start(t, { directory })
  for (const token of [
    (await signIn(emulator)).access_token,
    emulator.issueToken({ kind: 'app', client: ids.daemon })
  ]) {
    const claims = decodeJwt(token)
    t.type(claims['xms_act_fct'], 'string')
    t.notOk(
      facets(token)
        .flat()
        .some(facet => facet === '11' || facet === '13')
    )
    t.notOk('xms_par_app_azp' in claims)
  }
})

t.test('a blueprint acts for its own agents only, and never by itself', async t => {
  const emulator = await start(t, { directory })
  const table: [number, Changes][] = [
    [9002313, { fmi_path: more.otherAgent }],
    [9002313, { fmi_path: ids.daemon }],
    [9002313, { fmi_path: '' }],
    [9002313, { client_id: ids.daemon }],
    [82001, { scope: `${mcpUri}/.default` }],
    [82001, { scope: `${mcpUri}/.default`, fmi_path: undefined }],
    [7000215, { client_secret: 'wrong' }],
    [7000216, { client_secret: undefined }]
  ]
  for (const [code, changes] of table) {
    checkRefusal(t, await postToken(emulator, ofBlueprint(changes)), code, JSON.stringify(changes))
  }
  const { access_token: forBlueprint } = await signIn(emulator, { scope: `${blueprintUri}/blueprint_read` })
  const asItself = { client_id: more.blueprint, client_secret: secret, ...onBehalfOf(forBlueprint) }
  checkRefusal(t, await postToken(emulator, asItself), 7000114, 'on behalf of a person')
})

t.test('an agent is believed with the token of its own blueprint for it, and with nothing else', async t => {
  const emulator = await start(t, { directory })
  const fromOther = { client_id: more.otherBlueprint, fmi_path: more.otherAgent }
  const table: [number, string, string][] = [
    [50027, 'no JWT', 'x'],
    [700213, 'of another blueprint', await tokenFor(emulator, ofBlueprint(fromOther))],
    [700213, 'for no agent', await tokenFor(emulator, ofBlueprint({ fmi_path: undefined }))],
    [700212, 'for another API', emulator.issueToken({ kind: 'app', client: more.blueprint })],
    [50013, 'a key that is not published', emulator.issueToken({ kind: 'app', key: 'unpublished' })],
    [700211, 'another issuer', emulator.issueToken({ kind: 'app', claims: { iss: 'https://x.example' } })]
  ]
  for (const [code, name, assertion] of table) {
    checkRefusal(t, await postToken(emulator, ofAgent(assertion, byItself)), code, name)
  }
  const good = await tokenFor(emulator, ofBlueprint())
  const expired = emulator.issueToken({
    kind: 'app',
    client: more.blueprint,
    resource: 'api://AzureADTokenExchange',
    claims: { sub: decodeJwt(good).sub },
    expiresIn: 0
  })
  checkRefusal(t, await postToken(emulator, ofAgent(expired, byItself)), 700024, 'expired')
  const secretOnly = { client_id: more.agent, client_secret: secret, ...byItself }
  checkRefusal(t, await postToken(emulator, secretOnly), 7000215, 'a secret')
})

t.test('nobody signs in as an agent, nor as its user', async t => {
  const emulator = await start(t, { directory, autoSignIn: undefined })
  const page = await authorize(emulator, { login_hint: 'agent@contoso.example' })
  t.equal(page.status, 200)
  t.notMatch(await page.text(), 'Agent user')
  const asClient = await authorize(emulator, { client_id: more.agent })
  t.match(await asClient.text(), 'AADSTS50011')
  t.equal(readRedirect(asClient).get('code'), null)
  const automatic = start(t, { directory, autoSignIn: 'agent@contoso.example' })
  await t.rejects(automatic, { message: /agent@contoso\.example, who is not in the directory/ })
})

checkEveryCodeWasSeen(t, 'agents.test.ts')
