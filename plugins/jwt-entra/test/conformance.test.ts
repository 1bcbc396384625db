import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { conformance } from '@sluice/test-kit'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import plugin from '../src/index.ts'
import { api, tenant } from './tokens.ts'

const issuer = 'https://id.contoso.example'
/** The port of the discard service, which nobody runs: keys that cannot be had. */
const authority = 'http://127.0.0.1:9'

t.test('jwt-entra keeps the contract of a filter plugin', async t => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const directory = t.testdir({})
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one' }
  writeFileSync(join(directory, 'keys.json'), JSON.stringify({ keys: [jwk] }))
  const token = await new SignJWT({ iss: issuer, aud: api, sub: 'ada', scope: 'mcp_access', exp: 4_102_444_800 })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
    .sign(privateKey)
  await conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    directory,
    configs: [
      { issuer, jwks: { file: 'keys.json' }, audiences: [api] },
      { issuer, jwks: { file: 'keys.json' }, audiences: ['https://other.contoso.example'], mode: 'optional' },
      { tenant, authority, audiences: [api] }
    ],
    requests: [{ rawHeaders: ['Host', 'mcp.contoso.example', 'Authorization', `Bearer ${token}`] }]
  })
})
