import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Client, clientOfEach, pool, poolConfig } from '../support/pool.ts'
import { logged } from '../support/log-lines.ts'
import { scrape } from '../support/scrape.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { upstream } from '../support/upstream.ts'

/** The page once all requests are counted: a client has its answer a moment before. */
const idle = async (adminUrl: string): Promise<ReadonlyMap<string, number>> => {
  for (;;) {
    const page = await scrape(adminUrl)
    if (page.get('sluice_open_requests{route="all"}') === 0) return page
  }
}

const answers = async (t: Test): Promise<string> => (await upstream(t, (_req, res) => void res.end('answer'))).url

for (const [path, reason] of [
  ['/crash', /a fault of the filter/],
  ['/leave', /exit code 7/]
] as const)
  t.test(`a worker that ends by ${path} takes its own connections along, and another takes its place`, async t => {
    const gateway = await pool(t, poolConfig(2, await answers(t)))
    const clients = await clientOfEach(t, gateway.url, 2)
    const [[victim, unlucky], [, lucky]] = [...clients] as [[string, Client], [string, Client]]
    let replaced = false
    const served: number[] = []
    const working = async (): Promise<void> => {
      while (!replaced) served.push((await lucky.get()).status)
    }
    /** Connections that the worker had not accepted are reset with it; none is refused. */
    const refused: unknown[] = []
    const connecting = async (): Promise<void> => {
      while (!replaced) {
        try {
          await new Client(t, gateway.url).get()
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') refused.push(error)
        }
      }
    }
    const load = [working(), working(), connecting()]
    const before = (await scrape(gateway.adminUrl)).get('sluice_requests_total{route="all",method="GET",status="200"}')!
    await t.rejects(unlucky.get(path), 'its connection ends')
    t.match((await logged(gateway.log, /a worker has ended/)).fields, { worker: Number, err: reason })
    await logged(gateway.log, /^the worker serves$/)
    replaced = true
    await Promise.all(load)
    t.strictSame([refused, served.filter(status => status !== 200)], [[], []])
    const again = await clientOfEach(t, gateway.url, 2)
    t.notOk(again.has(victim), 'the replacement is another thread')
    const page = await scrape(gateway.adminUrl)
    t.equal(page.get('sluice_workers'), 2)
    t.equal(page.get('sluice_worker_restarts_total'), 1)
    const after = page.get('sluice_requests_total{route="all",method="GET",status="200"}')!
    t.ok(after >= before + served.length, `no counter goes back: ${before}, ${served.length} more, ${after}`)
    t.equal(page.get('sluice_open_requests{route="all"}'), 0, 'what the worker had open is open no more')
  })

t.test('a worker that serves and gets stuck is replaced', { timeout: 60_000 }, async t => {
  const gateway = await pool(t, poolConfig(2, await answers(t)))
  const clients = await clientOfEach(t, gateway.url, 2)
  const [[victim, unlucky]] = [...clients] as [[string, Client]]
  await t.rejects(unlucky.get('/stick'), 'its connection ends')
  t.match(await logged(gateway.log, /a worker is stuck/), { level: 'error', fields: { worker: Number } })
  await logged(gateway.log, /^the worker serves$/)
  t.notOk((await clientOfEach(t, gateway.url, 2)).has(victim))
})

t.test('a replacement whose plugin has become another keeps nobody from serving', async t => {
  const filter = join(temporaryFolder(t), 'counting.mjs')
  const write = (label: string): void =>
    writeFileSync(
      filter,
      `export default { name: 'counting', version: '1.0.0', api: 1, configSchema: { type: 'object' },
        create: (_, { metrics }) => (metrics.counter('counting_total', 'Counts.', ['${label}']).series('x').add(), {}) }`
    )
  write('before')
  const gateway = await pool(t, poolConfig(2, await answers(t), [{ [filter]: {} }]))
  const clients = await clientOfEach(t, gateway.url, 2)
  write('after')
  await t.rejects([...clients.values()][0]!.get('/crash'))
  await logged(gateway.log, /^the worker serves$/)
  t.match(await logged(gateway.log, /what a worker has told cannot be taken/), {
    level: 'error',
    fields: { worker: Number, err: /counting_total/ }
  })
  for (const client of (await clientOfEach(t, gateway.url, 2)).values()) t.equal((await client.get()).status, 200)
})

t.test('what workers count is one number', async t => {
  const gateway = await pool(t, poolConfig(3, await answers(t)))
  const clients = await clientOfEach(t, gateway.url, 3)
  const seen = 'sluice_requests_total{route="all",method="GET",status="200"}'
  const durations = 'sluice_request_duration_seconds_count{route="all"}'
  const before = await idle(gateway.adminUrl)
  for (const client of clients.values()) for (let i = 0; i < 5; i++) await client.get()
  const after = await idle(gateway.adminUrl)
  t.equal(after.get(seen)! - before.get(seen)!, 15)
  t.equal(after.get(durations)! - before.get(durations)!, 15)
  t.equal([...after].find(([name]) => name.startsWith('sluice_build_info'))?.[1], 1)
})
