import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fakeContext } from '@sluice/test-kit'
import { exportJWK, SignJWT } from 'jose'
import t from 'tap'
import { createSelfSigned } from '../packages/entra-emulator/test/self-signed.ts'
import entraOauth from '../plugins/entra-oauth/src/index.ts'
import { facade, type FacadeOptions } from './support/facade.ts'
import { RawClient } from './support/raw-client.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** Gives the gateway's registration other credentials than the secret. */
const registered =
  (credentials: object): NonNullable<FacadeOptions['directory']> =>
  ({ tenants: [tenant] }) => {
    Object.assign(tenant!.applications[1]!, { clientSecrets: [], ...credentials })
  }

const pem = (der: string): string => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`

t.test('a certificate proves who the gateway is, at both grants', async t => {
  const folder = temporaryFolder(t)
  const { privateKey, certificate } = createSelfSigned()
  const files = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem') }
  writeFileSync(files.certificate, pem(certificate))
  writeFileSync(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const { issuer } = await facade(t, {
    oauth: { credential: { certificate: files } },
    directory: registered({ keyCredentials: [{ key: certificate }] })
  })
  const client = new RawClient(issuer)
  const { status, document } = await client.redeem(await client.code())
  t.equal(status, 200, JSON.stringify(Object.keys(document)))
  t.equal((await client.refresh(document['refresh_token']!)).status, 200)
})

t.test('a renewed certificate is taken over once both files fit, without a reload', async t => {
  const folder = temporaryFolder(t)
  const [old, renewed] = [createSelfSigned(), createSelfSigned()]
  const files = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem') }
  writeFileSync(files.certificate, pem(old.certificate))
  writeFileSync(files.privateKey, old.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const { issuer, log } = await facade(t, {
    oauth: { credential: { certificate: files } },
    directory: registered({ keyCredentials: [{ key: renewed.certificate }] })
  })
  const said = async (message: string) => {
    while (!log.some(line => line.message === message)) await new Promise(resolve => setImmediate(resolve))
  }
  writeFileSync(files.certificate, pem(renewed.certificate))
  await said('the certificate of the gateway stays as it was')
  writeFileSync(files.privateKey, renewed.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await said('the certificate of the gateway was renewed')
  const client = new RawClient(issuer)
  t.equal((await client.redeem(await client.code())).status, 200)
})

t.test('a certificate that Entra does not know is the operator’s to mend', async t => {
  const folder = temporaryFolder(t)
  const [own, other] = [createSelfSigned(), createSelfSigned()]
  const files = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem') }
  writeFileSync(files.certificate, pem(own.certificate))
  writeFileSync(files.privateKey, own.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const { issuer } = await facade(t, {
    oauth: { credential: { certificate: files } },
    directory: registered({ keyCredentials: [{ key: other.certificate }] })
  })
  const client = new RawClient(issuer)
  const refused = await client.redeem(await client.code())
  t.match(refused, { status: 502, document: { error: 'server_error', error_description: /^AADSTS700027: / } })
  writeFileSync(files.privateKey, other.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  await t.rejects(
    facade(t, { oauth: { credential: { certificate: files } } }),
    /credential.certificate.privateKey: is not the RSA key of the certificate/
  )
  writeFileSync(files.certificate, 'nothing')
  await t.rejects(
    facade(t, { oauth: { credential: { certificate: files } } }),
    /credential.certificate.certificate: .*cannot be read as PEM/
  )
})

t.test('a federated token is read anew for each use, and its file may be missing for a while', async t => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const workload = { issuer: 'https://cluster.example', subject: 'system:serviceaccount:mcp:sluice' }
  const token = () =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'RS256', kid: 'w' })
      .setIssuer(workload.issuer)
      .setSubject(workload.subject)
      .setAudience('api://AzureADTokenExchange')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
  const file = join(temporaryFolder(t), 'token')
  const { issuer, log } = await facade(t, {
    oauth: { credential: { federatedTokenFile: file } },
    directory: registered({
      federatedIdentityCredentials: [
        {
          name: 'cluster',
          ...workload,
          audiences: ['api://AzureADTokenExchange'],
          jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'w' }] }
        }
      ]
    })
  })
  const client = new RawClient(issuer)
  const code = await client.code()
  const refused = { error: 'server_error', error_description: /cannot read its own credential/ }
  t.match(await client.redeem(code), { status: 502, document: refused }, 'no file yet')
  t.match(
    log.filter(({ level }) => level === 'error').map(({ fields }) => fields),
    [{ reason: 'ENOENT', file }]
  )
  const warning = log.find(({ fields }) => fields['value'] === file)
  t.match(warning, { level: 'warn', message: /no such federatedTokenFile/ }, 'and it was said at the start')
  writeFileSync(file, `${await token()}\n`)
  const { status, document } = await client.redeem(code)
  t.equal(status, 200, JSON.stringify(Object.keys(document)))
})

const faults: Record<string, [Record<string, unknown>, RegExp]> = {
  'nobody could sign in': [{ clients: [] }, /entra-oauth.clients: nobody could sign in/],
  'scopes of two APIs': [{ scopes: ['api://a/x', 'api://b/x'] }, /scopes\[1\]: .*AADSTS28000/],
  'a client that is there twice': [
    { clients: ['a', 'a'].map(id => ({ id, redirectUris: ['http://127.0.0.1/'] })) },
    /clients\[1\].id: a is there twice/
  ],
  'a redirect URI that is none': [
    { clients: [{ id: 'a', redirectUris: ['javascript:alert(1)'] }] },
    /clients\[0\].redirectUris\[0\]: javascript:alert\(1\) must be https/
  ],
  'an authority without TLS': [{ authority: 'http://login.example' }, /authority: must be https/],
  'two credentials': [{ credential: { secret: 'a', federatedTokenFile: 'b' } }, /credential/],
  'an https client id': [
    { clients: [{ id: 'https://a.example/x', redirectUris: ['http://127.0.0.1/'] }] },
    /clients\[0\].id/
  ]
}
for (const [what, [oauth, message]] of Object.entries(faults)) {
  t.test(`a configuration is refused: ${what}`, async t => {
    const refused = await facade(t, { oauth }).catch((error: unknown) => String(error))
    t.match(refused, message)
  })
}

t.test('off loopback there must be a key to seal with', async t => {
  t.throws(() => entraOauth.create({} as never, fakeContext({ sealing: null })), /set sealing.keys/)
})
