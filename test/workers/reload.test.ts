import { writeFileSync } from 'node:fs'
import type { Gateway, GatewayConfig } from '@sluice/core'
import t, { type Test } from 'tap'
import { clientOfEach, pool, poolConfig } from '../support/pool.ts'
import type { LogLine } from '../support/log.ts'
import { logged } from '../support/log-lines.ts'
import { scrape } from '../support/scrape.ts'
import { upstream } from '../support/upstream.ts'

const answers = async (t: Test): Promise<string> => (await upstream(t, (_req, res) => void res.end('answer'))).url

const loggedTwice = async (log: readonly LogLine[], message: RegExp): Promise<void> => {
  const first = await logged(log, message)
  await logged(log, message, log.indexOf(first) + 1)
}

const write = (gateway: Gateway, config: GatewayConfig | string): void =>
  writeFileSync(gateway.config.file!, typeof config === 'string' ? config : JSON.stringify(config))

t.test('a reload takes over in all workers, and no request fails meanwhile', async t => {
  const url = await answers(t)
  const gateway = await pool(t, poolConfig(2, url))
  const clients = [...(await clientOfEach(t, gateway.url, 2)).values()]
  let done = false
  const failed: unknown[] = []
  const load = clients.map(async client => {
    while (!done) {
      const { status, body } = await client.get()
      if (status !== 200 || body !== 'answer') failed.push({ status, body })
    }
  })
  for (let n = 1; n <= 10; n++) {
    write(gateway, poolConfig(2, url, [], { generation: n }))
    t.match(await gateway.reload(), { keys: ['filters'] })
    const generations = await Promise.all(clients.map(async client => (await client.get()).generation))
    t.strictSame(generations, [String(n), String(n)])
  }
  done = true
  await Promise.all(load)
  t.strictSame(failed, [])
})

t.test('where one worker cannot follow, or the file is broken, all stay as they are', async t => {
  const url = await answers(t)
  const gateway = await pool(t, poolConfig(2, url))
  const clients = [...(await clientOfEach(t, gateway.url, 2)).values()]
  const table: readonly [string, GatewayConfig | string, RegExp][] = [
    ['broken', 'publicUrl: [', /not YAML/],
    ['a filter that one worker cannot make', poolConfig(2, url, [], { generation: 1, failsIn: 'last' }), /not in this/],
    ['another number of workers', poolConfig(3, url, [], { generation: 1 }), /workers cannot change while/]
  ]
  for (const [name, config, message] of table) {
    write(gateway, config)
    await t.rejects(gateway.reload(), { name: 'ConfigError', message }, name)
    for (const client of clients) t.match(await client.get(), { status: 200, generation: '0' }, name)
  }
  t.equal((await scrape(gateway.adminUrl)).get('sluice_config_last_reload_successful'), 0)
})

t.test('a replacement serves what is served, whatever the file has become', async t => {
  const url = await answers(t)
  const gateway = await pool(t, poolConfig(2, url))
  write(gateway, poolConfig(2, url, [], { generation: 1 }))
  await gateway.reload()
  write(gateway, 'publicUrl: [')
  await t.rejects(gateway.reload())
  const clients = await clientOfEach(t, gateway.url, 2)
  const [victim, client] = [...clients][0]!
  await t.rejects(client.get('/crash'))
  await logged(gateway.log, /^the worker serves$/)
  const again = await clientOfEach(t, gateway.url, 2)
  t.notOk(again.has(victim))
  for (const other of again.values()) t.match(await other.get(), { status: 200, generation: '1' })
})

t.test('a configuration that no filter can be made from is refused while no worker is there', async t => {
  const url = await answers(t)
  const gateway = await pool(t, poolConfig(2, url))
  const clients = [...(await clientOfEach(t, gateway.url, 2)).values()]
  await Promise.allSettled(clients.map(client => client.get('/crash')))
  await loggedTwice(gateway.log, /a worker has ended/)
  write(gateway, poolConfig(2, url, [], { generation: 1, failsIn: 'every' }))
  await t.rejects(gateway.reload(), { name: 'ConfigError', message: /not in this/ })
  await loggedTwice(gateway.log, /^the worker serves$/)
  write(gateway, poolConfig(2, url, [], { generation: 2 }))
  await gateway.reload()
  const again = await clientOfEach(t, gateway.url, 2)
  for (const client of again.values()) t.match(await client.get(), { status: 200, generation: '2' })
})

t.test(
  'a worker that is stuck does not keep the others from serving, and is replaced',
  { timeout: 60_000 },
  async t => {
    const url = await answers(t)
    const gateway = await pool(t, poolConfig(2, url))
    const clients = [...(await clientOfEach(t, gateway.url, 2)).values()]
    write(gateway, poolConfig(2, url, [], { generation: 1, stuckIn: 'last' }))
    await gateway.reload()
    // Before it has taken the configuration over, or after.
    t.match(await logged(gateway.log, /does not take the configuration over|is stuck/), { level: 'error' })
    await logged(gateway.log, /^the worker serves$/)
    const again = await clientOfEach(t, gateway.url, 2)
    for (const other of again.values()) t.match(await other.get(), { status: 200, generation: '1' })
    t.equal(clients.length, 2)
  }
)
