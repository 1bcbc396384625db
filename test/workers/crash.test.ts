import t, { type Test } from 'tap'
import { Client, clientOfEach, pool, poolConfig } from '../support/pool.ts'
import { logged } from '../support/log-lines.ts'
import { scrape } from '../support/scrape.ts'
import { upstream } from '../support/upstream.ts'

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

t.test('what workers count is one number', async t => {
  const gateway = await pool(t, poolConfig(3, await answers(t)))
  const clients = await clientOfEach(t, gateway.url, 3)
  const seen = 'sluice_requests_total{route="all",method="GET",status="200"}'
  const durations = 'sluice_request_duration_seconds_count{route="all"}'
  const before = await scrape(gateway.adminUrl)
  for (const client of clients.values()) for (let i = 0; i < 5; i++) await client.get()
  const after = await scrape(gateway.adminUrl)
  t.equal(after.get(seen)! - before.get(seen)!, 15)
  t.equal(after.get(durations)! - before.get(durations)!, 15)
  t.equal([...after].find(([name]) => name.startsWith('sluice_build_info'))?.[1], 1)
})
