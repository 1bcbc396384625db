import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t from 'tap'
import { recordsOf } from '../support/audit-records.ts'
import { clientOfEach, pool, poolConfig } from '../support/pool.ts'
import { logged } from '../support/log-lines.ts'
import { AUDIENCE, claims, ISSUER, sign, signingPair } from '../support/openid-provider.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { upstream } from '../support/upstream.ts'

for (const durable of [false, true])
  t.test(`the trail of several workers is one chain, through a reload and a crash; durable: ${durable}`, async t => {
    const pair = await signingPair('k1')
    const folder = temporaryFolder(t)
    const [file, keyFile] = [join(folder, 'audit.jsonl'), join(folder, 'keys.json')]
    writeFileSync(keyFile, JSON.stringify({ keys: [pair.jwk] }))
    const { url } = await upstream(t, (_req, res) => void res.end('answer'))
    const jwt = { issuer: ISSUER, jwks: { file: keyFile }, audiences: [AUDIENCE] }
    const filters = [{ audit: { file, durable, messages: false } }, { 'jwt-entra': jwt }]
    const gateway = await pool(t, poolConfig(2, url, filters))
    const headers = { authorization: `Bearer ${await sign(pair, claims())}` }
    const clients = await clientOfEach(t, gateway.url, 2)
    let answered = 0
    const callAll = async (): Promise<void> => {
      for (const client of clients.values()) {
        t.match(await client.get('/x', headers), { status: 200 })
        answered++
      }
    }
    for (let i = 0; i < 5; i++) await callAll()
    writeFileSync(gateway.config.file!, JSON.stringify(poolConfig(2, url, filters, { generation: 1 })))
    await gateway.reload()
    await callAll()
    const [victim, client] = [...clients][0]!
    await t.rejects(client.get('/crash'))
    await logged(gateway.log, /^the worker serves$/)
    clients.delete(victim)
    await callAll()
    await gateway.close()
    const { ok, chains } = await verifyFiles([file])
    t.equal(ok, true)
    t.match(chains, [{ closed: true, unclosed: [], findings: [] }])
    const records = recordsOf(file)
    t.equal(records.filter(({ type, decision }) => type === 'decision' && decision !== 'deny').length, answered)
    const events = Array.from(
      readFileSync(file, 'utf8').matchAll(/"type":"checkpoint".*"event":"(\w+)"/g),
      ([, event]) => event
    )
    t.strictSame(events, ['start', 'configuration', 'stop'])
  })
