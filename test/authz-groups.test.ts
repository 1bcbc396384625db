import type { EntraEmulator } from '@sluice/entra-emulator'
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { decodeJwt, exportJWK, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { contosoWith, more } from '../packages/entra-emulator/test/contoso.ts'
import { ids, secret } from '../packages/entra-emulator/test/directory.ts'
import { start } from '../packages/entra-emulator/test/oauth-client.ts'
import { createSelfSigned } from '../packages/entra-emulator/test/self-signed.ts'
import { company, directory, grant } from './authz/company.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const graph = (entra: EntraEmulator, others: object = {}) => ({
  resolve: 'graph',
  credential: { clientId: ids.daemon, secret },
  authority: entra.authority,
  graph: entra.authority,
  ...others
})

t.test('groups that a token has no room for are found out at Graph, once', async t => {
  const entra = await start(t, { directory })
  const max = entra.issueToken({ person: 'max@contoso.example' })
  t.equal(decodeJwt(max)['groups'], undefined)
  const inList = [{ allow: `"${more.mailingList}" in principal.groups` }]
  const unresolved = await company(t, entra, { rules: inList })
  t.equal(await unresolved.code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED', 'unknown is not none, and not all')
  const seen: string[] = []
  const proxy = await between(t, entra, seen)
  const at = await company(t, entra, { rules: inList, groups: graph(entra, { graph: proxy }) })
  t.equal(await at.code(max, 'pay'), null)
  t.match(await (await at.send(max, 'tools/list')).json(), {
    result: { tools: [{ name: 'pay' }, { name: 'get_time' }] }
  })
  t.equal(await at.code(entra.issueToken({ person: 'max@contoso.example' }), 'pay'), null, 'another token of his')
  t.strictSame(seen, [`POST /v1.0/users/${ids.max}/getMemberObjects`], 'the token’s own oid, and not the address in it')
  const not = await company(t, entra, {
    rules: [{ deny: `"${more.mailingList}" in principal.groups` }],
    groups: graph(entra)
  })
  t.equal(await not.code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
  t.equal(await not.code(entra.issueToken({ person: 'ada@contoso.example' }), 'pay'), null, 'Ada’s are in her token')
})

t.test('where Graph does not answer, groups stay unknown', async t => {
  const entra = await start(t, { directory })
  const max = entra.issueToken({ person: 'max@contoso.example' })
  const rules = [{ deny: `"${more.team}" in principal.groups` }]
  const silent = await listening(t, () => {})
  const broken = await listening(t, (_req, res) => res.writeHead(500).end('{}'))
  const moved = await listening(t, (_req, res) => res.writeHead(302, { location: `${entra.authority}/v1.0/me` }).end())
  const wrong = await listening(t, (_req, res) => res.end('{"value":"all"}'))
  for (const origin of [silent, broken, moved, wrong]) {
    const { code, lines } = await company(t, entra, { rules, groups: graph(entra, { graph: origin, timeout: '50ms' }) })
    t.equal(await code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
    t.equal(await code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
    const warnings = lines.filter(({ message }) => message.startsWith('groups cannot be found out'))
    t.equal(warnings.length, 1, 'said once')
    t.notMatch(JSON.stringify(lines), secret)
  }
  const credential = { clientId: ids.daemon, secret: 'another secret' }
  const { code, lines } = await company(t, entra, { rules, groups: graph(entra, { credential }) })
  t.equal(await code(max, 'pay'), 'SLUICE_AUTHZ_REFUSED')
  t.match(JSON.stringify(lines), /gave no token for Microsoft Graph \(401\)/)
  t.notMatch(JSON.stringify(lines), /another secret/)
})

/** Without a role, an application gets no token that is taken. */
const operator = { resource: ids.mcp, role: 'Mcp.Operator' }

t.test('the groups of an application and of an agent are those of its service principal', async t => {
  const entra = await start(t, {
    directory: contosoWith(
      {},
      {
        [ids.daemon]: { appRoleAssignments: [...grant('Application.Read.All'), operator], groups: [more.team] },
        [more.agent]: { groups: [more.mailingList] }
      }
    )
  })
  const seen: string[] = []
  const groups = graph(entra, { graph: await between(t, entra, seen) })
  const daemon = entra.issueToken({ kind: 'app', client: ids.daemon })
  const agent = entra.issueToken({ kind: 'app', client: more.agent })
  const allowed = await company(t, entra, { rules: [{ allow: `"${more.team}" in principal.groups` }], groups })
  t.equal(await allowed.code(daemon, 'pay'), null)
  t.equal(await allowed.code(daemon, 'pay'), null)
  t.equal(await allowed.code(agent, 'pay'), 'SLUICE_AUTHZ_REFUSED')
  const paths = [daemon, agent].map(
    token => `POST /v1.0/servicePrincipals/${String(decodeJwt(token)['oid'])}/getMemberObjects`
  )
  t.strictSame(seen, paths, 'each once')
  const denied = await company(t, entra, { rules: [{ deny: `"${more.team}" in jwt.groups` }], groups })
  t.equal(await denied.code(daemon, 'pay'), 'SLUICE_AUTHZ_REFUSED')
  t.equal(await denied.code(agent, 'pay'), null)
  const listed = entra.issueToken({ kind: 'app', client: ids.daemon, claims: { groups: [more.mailingList] } })
  t.equal(await denied.code(listed, 'pay'), null, 'what a token lists is believed')
})

t.test('what Graph does not tell of one caller, or one kind of callers, it tells of others', async t => {
  const entra = await start(t, { directory })
  const rules = [{ deny: `"${more.team}" in principal.groups` }]
  const { code, lines } = await company(t, entra, { rules, groups: graph(entra) })
  const [max, agent] = [
    entra.issueToken({ person: 'max@contoso.example' }),
    entra.issueToken({ kind: 'app', client: more.agent })
  ]
  const { _claim_names } = decodeJwt(max)
  const gone = entra.issueToken({ claims: { oid: 'aaaaaaaa-0000-4000-8000-00000000dead', _claim_names } })
  t.equal(await code(gone, 'pay'), 'SLUICE_AUTHZ_REFUSED', 'who is not there any more')
  t.equal(await code(agent, 'pay'), 'SLUICE_AUTHZ_REFUSED', 'Application.Read.All was not granted')
  t.equal(await code(max, 'pay'), null)
  t.match(
    lines.filter(({ level }) => level === 'warn'),
    [{ fields: { of: 'applications', reason: 'Microsoft Graph answered 403' }, message: /cannot be found out/ }]
  )
})

t.test('a certificate or a federated token proves to Entra who asks', async t => {
  const folder = temporaryFolder(t)
  const own = createSelfSigned()
  writeFileSync(join(folder, 'cert.pem'), pem(own.certificate))
  writeFileSync(join(folder, 'key.pem'), own.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const cluster = await federation()
  const entra = await start(t, {
    directory: contosoWith(
      {},
      {
        [ids.daemon]: {
          appRoleAssignments: grant('User.Read.All'),
          clientSecrets: [],
          keyCredentials: [{ key: own.certificate }],
          federatedIdentityCredentials: [cluster.credential]
        }
      }
    )
  })
  const max = entra.issueToken({ person: 'max@contoso.example' })
  const rules = [{ allow: `"${more.mailingList}" in principal.groups` }]
  const proven = async (credential: object) => {
    const { code, lines } = await company(t, entra, {
      rules,
      groups: graph(entra, { credential: { clientId: ids.daemon, ...credential } })
    })
    return [
      await code(max, 'pay'),
      ...lines.filter(({ level }) => level === 'warn').map(({ fields, message }) => fields['reason'] ?? message)
    ]
  }
  const certificate = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem') }
  t.strictSame(await proven({ certificate }), [null])
  const federatedTokenFile = join(folder, 'token')
  t.strictSame(await proven({ federatedTokenFile }), [
    'SLUICE_AUTHZ_REFUSED',
    'there is no such federatedTokenFile: the application cannot prove who it is until it is there',
    'the credential of the gateway cannot be read (ENOENT)'
  ])
  writeFileSync(federatedTokenFile, await cluster.token())
  t.strictSame(await proven({ federatedTokenFile }), [null])
  for (const [credential, complaint] of [
    [
      { certificate: { ...certificate, privateKey: join(folder, 'cert.pem') } },
      /groups.credential.certificate.privateKey: .* cannot be read as PEM/
    ],
    [{ secret, federatedTokenFile }, /groups.credential/],
    [{}, /groups.credential/]
  ] as const)
    await t.rejects(proven(credential), complaint)
})

t.test('a renewed certificate is taken over, also by what a reload leaves as it was', async t => {
  const folder = temporaryFolder(t)
  const [old, renewed] = [createSelfSigned(), createSelfSigned()]
  const put = ({ certificate, privateKey }: typeof old) => {
    writeFileSync(join(folder, 'cert.pem'), pem(certificate))
    writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  }
  put(old)
  const daemon = { appRoleAssignments: grant('User.Read.All'), keyCredentials: [{ key: renewed.certificate }] }
  const entra = await start(t, { directory: contosoWith({}, { [ids.daemon]: daemon }) })
  const certificate = { certificate: join(folder, 'cert.pem'), privateKey: join(folder, 'key.pem') }
  const { code, lines, gateway } = await company(t, entra, {
    rules: [{ allow: `"${more.mailingList}" in principal.groups` }],
    groups: graph(entra, { credential: { clientId: ids.daemon, certificate } })
  })
  await gateway.reload()
  put(renewed)
  while (!lines.some(({ message }) => message === 'the certificate of the gateway was renewed'))
    await new Promise(resolve => setImmediate(resolve))
  t.equal(await code(entra.issueToken({ person: 'max@contoso.example' }), 'pay'), null)
})

t.test('a group setting that is not safe is refused', async t => {
  const entra = await start(t, { directory })
  for (const wrong of [{ graph: 'http://graph.example' }, { authority: 'https://login.example/x' }, { timeout: '31s' }])
    await t.rejects(
      company(t, entra, { rules: [{ allow: 'true' }], groups: graph(entra, wrong) }),
      /groups\.(graph|authority|timeout)/
    )
})

/** Notes what Graph is asked, and lets the emulator answer. */
const between = (t: Test, entra: EntraEmulator, seen: string[]): Promise<string> =>
  listening(t, (req, res) => {
    seen.push(`${req.method} ${req.url}`)
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const headers = { 'content-type': 'application/json', authorization: req.headers.authorization ?? '' }
      const answer = await fetch(`${entra.authority}${req.url}`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks)
      })
      res.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    })()
  })

const listening = async (t: Test, listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const pem = (der: string): string => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`

/** An issuer whose tokens stand for the gateway's own credential. */
const federation = async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const workload = { issuer: 'https://cluster.example', subject: 'system:serviceaccount:mcp:sluice' }
  const audience = 'api://AzureADTokenExchange'
  const jwks = { keys: [{ ...((await exportJWK(publicKey)) as Record<string, string>), kid: 'w' }] }
  return {
    credential: { name: 'cluster', ...workload, audiences: [audience], jwks },
    token: () =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: 'w' })
        .setIssuer(workload.issuer)
        .setSubject(workload.subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey)
  }
}
