import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, SignJWT } from 'jose'
import t from 'tap'
import type { EntraEmulator } from '../src/index.ts'
import { contosoWith } from './contoso.ts'
import { ids, mcpUri, ordersUri, secret } from './directory.ts'
import { type Changes, getCode, postToken, redeem, signIn, start } from './oauth-client.ts'
import { checkEveryCodeWasSeen, checkRefusal } from './refusal.ts'
import { createSelfSigned } from './self-signed.ts'

const own = createSelfSigned()
const foreign = createSelfSigned()
const workload = generateKeyPairSync('rsa', { modulusLength: 2048 })
const issuer = 'https://token.actions.example'
const subject = 'repo:contoso/mcp:environment:Production'
const exchange = 'api://AzureADTokenExchange'
const [ofWorkload] = [workload.publicKey.export({ format: 'jwk' })]

const directory = contosoWith(
  {},
  {
    [ids.daemon]: {
      keyCredentials: [{ key: own.certificate }],
      federatedIdentityCredentials: [
        {
          name: 'pipeline',
          issuer,
          subject,
          audiences: [exchange],
          jwks: { keys: [{ kty: 'RSA', n: String(ofWorkload.n), e: String(ofWorkload.e), kid: 'w' }] }
        },
        {
          name: 'job without a secret',
          issuer: `{authority}/${ids.tenant}/v2.0`,
          subject: 'the object ID',
          audiences: [exchange]
        }
      ]
    }
  }
)

const now = Date.parse('2026-06-01T00:00:00Z')
const seconds = now / 1000

const form = (client_assertion: string | undefined, changes: Changes = {}): Changes => ({
  grant_type: 'client_credentials',
  client_id: ids.daemon,
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion,
  scope: `${mcpUri}/.default`,
  ...changes
})

const begin = (t: Parameters<typeof start>[0]) => start(t, { directory, now: () => now })

/** Claims to sign; `undefined` takes one away. */
type Claims = Readonly<Record<string, unknown>>

const payload = ({ authority }: EntraEmulator, changes: Claims = {}): Claims => ({
  aud: `${authority}/${ids.tenant}/oauth2/v2.0/token`,
  iss: ids.daemon,
  sub: ids.daemon,
  jti: 'an-id',
  nbf: seconds,
  exp: seconds + 300,
  ...changes
})

const bySelf = (claims: Claims, header: Record<string, unknown> = {}, key = own.privateKey): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'PS256', 'x5t#S256': own.thumbprint, ...header }).sign(key)

t.test('a client proves itself with its certificate', async t => {
  const emulator = await begin(t)
  const headers: Record<string, unknown>[] = [{}, { alg: 'RS256' }, { 'x5t#S256': undefined, x5t: own.sha1 }]
  for (const header of headers) {
    const { status, body } = await postToken(emulator, form(await bySelf(payload(emulator), header)))
    t.equal(status, 200, JSON.stringify(header))
    t.match(decodeJwt(body.access_token), { azp: ids.daemon, azpacr: '2' })
  }
  const withoutStart = await bySelf(payload(emulator, { nbf: undefined }))
  t.equal((await postToken(emulator, form(withoutStart))).status, 200, 'nbf may be missing')
})

t.test('a certificate does wherever a secret does', async t => {
  const redirect_uri = 'https://web.contoso.example/cb'
  const changes = { keyCredentials: [{ key: own.certificate }], redirectUris: { web: [redirect_uri] } }
  const emulator = await start(t, { directory: contosoWith({}, { [ids.mcp]: changes }) })
  const now = Math.floor(Date.now() / 1000)
  const claims = payload(emulator, { iss: ids.mcp, sub: ids.mcp, nbf: now - 60, exp: now + 60 })
  const credential = { ...form(await bySelf(claims)), client_id: ids.mcp }
  const scope = `${ordersUri}/orders_read`
  const code = await getCode(emulator, { client_id: ids.mcp, redirect_uri, scope: `offline_access ${scope}` })
  const redeemed = await redeem(emulator, code, {
    ...credential,
    grant_type: 'authorization_code',
    redirect_uri,
    scope: undefined
  })
  const { refresh_token } = redeemed.body
  const refreshed = { ...credential, grant_type: 'refresh_token', refresh_token, scope }
  const { access_token: assertion } = await signIn(emulator)
  const exchanged = { ...credential, grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope }
  const answers = [
    redeemed,
    await postToken(emulator, refreshed),
    await postToken(emulator, { ...exchanged, requested_token_use: 'on_behalf_of' })
  ]
  for (const { body } of answers) t.match(decodeJwt(body.access_token), { appid: ids.mcp, appidacr: '2' })
})

t.test('an assertion that is not quite the one of its certificate is refused', async t => {
  const emulator = await begin(t)
  const good = payload(emulator)
  const table: [number, string, string][] = [
    [50027, 'no JWT', 'x'],
    [50027, 'empty', ''],
    [50027, 'without id', await bySelf({ ...good, jti: undefined })],
    [50027, 'a list of audiences', await bySelf({ ...good, aud: [good['aud']] })],
    [700027, 'unknown certificate', await bySelf(good, { 'x5t#S256': foreign.thumbprint })],
    [700027, 'another key', await bySelf(good, {}, foreign.privateKey)],
    [700027, 'RS512', await bySelf(good, { alg: 'RS512' })],
    [700027, 'SHA-1 in the wrong place', await bySelf(good, { 'x5t#S256': own.sha1 })],
    [50048, 'another subject', await bySelf({ ...good, sub: ids.mcp })],
    [700021, 'another client', await bySelf({ ...good, iss: ids.mcp, sub: ids.mcp })],
    [700023, 'the issuer for audience', await bySelf({ ...good, aud: `${emulator.authority}/${ids.tenant}/v2.0` })],
    [
      700023,
      'audience of another tenant',
      await bySelf(payload(emulator, { aud: `${emulator.authority}/common/oauth2/v2.0/token` }))
    ],
    [700024, 'expired', await bySelf({ ...good, exp: seconds })],
    [700024, 'not yet', await bySelf({ ...good, nbf: seconds + 1 })],
    [700024, 'without end', await bySelf({ ...good, exp: undefined })]
  ]
  for (const [code, name, assertion] of table) {
    checkRefusal(t, await postToken(emulator, form(assertion)), code, name)
  }
  const assertion = await bySelf(good)
  const changes: [number, Changes][] = [
    [900144, { client_assertion_type: undefined }],
    [50027, { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
    [9002313, { client_secret: secret }],
    [7000216, { client_assertion: undefined }],
    [70025, { client_id: ids.orders, client_assertion: assertion.replace(/^[^.]+/, 'eyJhbGciOiJSUzI1NiJ9') }]
  ]
  for (const [code, change] of changes) {
    checkRefusal(t, await postToken(emulator, form(assertion, change)), code, JSON.stringify(change))
  }
  checkRefusal(t, await postToken(emulator, form(assertion, { client_id: ids.orders })), 700027, 'not its certificate')
})

const byWorkload = (changes: Claims = {}, key = workload.privateKey): Promise<string> => {
  const claims = { iss: issuer, sub: subject, aud: exchange, nbf: seconds, exp: seconds + 300, ...changes }
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid: 'w' }).sign(key)
}

t.test('a token of a federated issuer stands for a credential, if everything in it is what was configured', async t => {
  const emulator = await begin(t)
  const { status, body } = await postToken(emulator, form(await byWorkload()))
  t.equal(status, 200)
  t.match(decodeJwt(body.access_token), { azp: ids.daemon, azpacr: '2' })
  const table: [number, string, string][] = [
    [700211, 'another issuer', await byWorkload({ iss: `${issuer}/` })],
    [700212, 'another audience', await byWorkload({ aud: 'api://azureadtokenexchange' })],
    [700213, 'another subject', await byWorkload({ sub: `${subject}s` })],
    [7002138, 'the subject in other case', await byWorkload({ sub: subject.toLowerCase() })],
    [50013, 'another key', await byWorkload({}, foreign.privateKey)],
    [700024, 'expired', await byWorkload({ exp: seconds })]
  ]
  for (const [code, name, assertion] of table) {
    checkRefusal(t, await postToken(emulator, form(assertion)), code, name)
  }
})

t.test('a token of the emulator itself does too, but not one of a person', async t => {
  const emulator = await begin(t)
  const ofManagedIdentity = { kind: 'app', client: ids.desktop, resource: exchange } as const
  const claims = { sub: 'the object ID' }
  const assertion = emulator.issueToken({ ...ofManagedIdentity, claims })
  t.equal(decodeJwt(assertion).aud, 'fb60f99c-7a34-4190-8149-302f77469936')
  t.equal((await postToken(emulator, form(assertion))).status, 200)
  checkRefusal(t, await postToken(emulator, form(emulator.issueToken(ofManagedIdentity))), 700213, 'another subject')
  const ofPerson = emulator.issueToken({ resource: exchange, scopes: ['x'], claims })
  checkRefusal(t, await postToken(emulator, form(ofPerson)), 700229, 'a person')
  const unknown = emulator.issueToken({ ...ofManagedIdentity, claims, key: 'unpublished' })
  checkRefusal(t, await postToken(emulator, form(unknown)), 50013, 'a key that is not published')
})

checkEveryCodeWasSeen(t, 'client-assertions.test.ts')
