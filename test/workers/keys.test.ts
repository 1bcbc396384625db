import { writeFileSync } from 'node:fs'
import t from 'tap'
import { clientOfEach, pool, poolConfig } from '../support/pool.ts'
import { AUDIENCE, claims, ISSUER, keyServer, sign, signingPair } from '../support/openid-provider.ts'
import { settledLater } from '../support/settled-later.ts'
import { upstream } from '../support/upstream.ts'

t.test('keys are fetched once for all workers, and each of them then verifies', async t => {
  const pair = await signingPair('k1')
  const server = await keyServer(t, [pair.jwk])
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const keys = { issuer: ISSUER, jwks: { url: server.url }, audiences: [AUDIENCE] }
  const gateway = await pool(t, poolConfig(4, url, [{ 'jwt-entra': keys }]))
  const ready = await settledLater(
    async () => (await fetch(`${gateway.adminUrl}/readyz?verbose`)).text(),
    text => text.endsWith('\nready\n')
  )
  t.match(ready, /\[\+\] global\/jwt-entra signing keys of .* ok/)
  const headers = { authorization: `Bearer ${await sign(pair, claims())}` }
  for (const client of (await clientOfEach(t, gateway.url, 4)).values())
    t.match(await client.get('/x', headers), { status: 200, body: 'answer' })
  t.equal(server.fetches, 1)
  // The entry is another one, and the place of the keys the same.
  const config = poolConfig(4, url, [{ 'jwt-entra': { ...keys, clockSkew: '10s' } }])
  writeFileSync(gateway.config.file!, JSON.stringify(config))
  await gateway.reload()
  t.equal(server.fetches, 1)
})
