import t from 'tap'
import { Client, clientOfEach, pool, poolConfig } from '../support/pool.ts'
import { logged } from '../support/log-lines.ts'
import { scrape } from '../support/scrape.ts'
import { settledLater } from '../support/settled-later.ts'
import { upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

t.test('a limit is exact over four workers, whichever of them is asked', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const limit = { 'rate-limit': { by: 'route', limit: 100, per: '1h' } }
  const gateway = await pool(t, poolConfig(4, url, [limit]))
  const answers = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const client = new Client(t, gateway.url)
      const ten = []
      for (let i = 0; i < 10; i++) ten.push(await client.get())
      return ten
    })
  )
  const all = answers.flat()
  t.equal(all.filter(({ status }) => status === 200).length, 100)
  t.equal(all.filter(({ status }) => status === 429).length, 200)
  t.ok(new Set(all.map(({ thread }) => thread)).size > 1, 'more than one worker answered')
  const page = await scrape(gateway.adminUrl)
  const counted = 'sluice_rate_limit_decisions_total{entry="global/rate-limit",decision="allowed"}'
  t.equal(page.get(counted), 100)
})

t.test('what was counted stays when a worker crashes, and its streams are given back', async t => {
  const { url } = await upstream(t, (req, res) => {
    if (req.url === '/stream') res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    else res.end('answer')
  })
  const streams = { 'rate-limit': { id: 'streams', by: 'route', streams: 2 } }
  const calls = { 'rate-limit': { id: 'calls', by: 'ip', limit: 1000, per: '24h' } }
  const gateway = await pool(t, poolConfig(2, url, [calls, streams]))
  const open = async (): Promise<Wire | undefined> => {
    const wire = await Wire.to(gateway.url)
    wire.write('GET /stream HTTP/1.1', 'host: 127.0.0.1', '', '')
    await wire.until(/data: 1|HTTP\/1\.1 429/)
    return wire.received.includes('429') ? undefined : wire
  }
  const left = async (client: Client): Promise<number> =>
    Number(/r=(\d+)/.exec(String((await client.get('/x')).headers['ratelimit']))![1])
  const first = (await open())!
  t.not(await open(), undefined)
  t.equal(await open(), undefined, 'two streams are open at all workers')
  const thread = /x-thread: (\d+)/.exec(first.received)![1]!
  const clients = await clientOfEach(t, gateway.url, 2)
  // GETs that are no stream count as one while they last: none is left open.
  t.equal(clients.size, 2)
  await t.rejects(clients.get(thread)!.get('/crash'))
  await logged(gateway.log, /^the worker serves$/)
  await first.closed
  const again = await settledLater(open, wire => wire !== undefined)
  t.ok(again, 'the stream of the crashed worker is given back')
  const other = [...clients].find(([name]) => name !== thread)![1]
  t.ok((await left(other)) < 1000 - clients.size, 'calls that the crashed worker counted still count')
})
