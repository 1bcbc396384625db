import { once } from 'node:events'
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { checkGateway, createGateway, type GatewayConfig } from '@sluice/core'
import t from 'tap'
import { start } from '../../packages/cli/test/sluice.ts'
import { checkWorkers, workerCount } from '../../packages/core/src/config/workers.ts'
import { Client, clientOfEach, pool, poolConfig } from '../support/pool.ts'
import { AUDIENCE, claims, ISSUER, sign, signingPair } from '../support/openid-provider.ts'
import { upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

t.test('a session that one worker has given is known to the others, also under the secret of the process', async t => {
  const pair = await signingPair('k1')
  const folder = t.testdir({ 'keys.json': JSON.stringify({ keys: [pair.jwk] }) })
  const seen: string[] = []
  const { url } = await upstream(t, (req, res) => {
    const { 'mcp-session-id': id = '-' } = req.headers
    seen.push(String(id))
    req.resume().on('end', () => {
      if (id === '-') res.setHeader('Mcp-Session-Id', 'the-id-of-the-upstream')
      res.setHeader('content-type', 'application/json').end('{}')
    })
  })
  const keys = { issuer: ISSUER, jwks: { file: join(folder, 'keys.json') }, audiences: [AUDIENCE] }
  const gateway = await pool(t, poolConfig(2, url, [{ 'jwt-entra': keys }, { 'session-binding': {} }]))
  const headers = { authorization: `Bearer ${await sign(pair, claims())}` }
  const [one, other] = [...(await clientOfEach(t, gateway.url, 2)).values()] as [Client, Client]
  const { headers: answered } = await one.get('/mcp', headers)
  const sealed = String(answered['mcp-session-id'])
  t.not(sealed, 'the-id-of-the-upstream')
  t.equal((await other.get('/mcp', { ...headers, 'mcp-session-id': sealed })).status, 200)
  t.equal(seen.at(-1), 'the-id-of-the-upstream')
})

t.test('what is wrong with workers is said with its place', async t => {
  const { url } = await upstream(t)
  const table: readonly [unknown, RegExp][] = [
    [0, /^workers: 0 is below 1\n.*1 to 128, or auto/],
    [129, /^workers: 129 is above 128/],
    [1.5, /^workers: 1\.5 is not what belongs here/],
    ['many', /^workers: "many" is not what belongs here\n.*auto/]
  ]
  for (const [workers, message] of table) {
    const config = { ...poolConfig(2, url), workers } as GatewayConfig
    await t.rejects(checkGateway(config, { inEveryChain: [] }), { name: 'ConfigError', message }, String(workers))
  }
  const own = { name: 'own', version: '1.0.0', api: 1, configSchema: {}, create: () => ({}) } as const
  const embedded = createGateway(poolConfig(2, url), { plugins: [own], inEveryChain: [] })
  await t.rejects(embedded.start(), { message: /^workers: plugins that are objects .*\n.*Leave workers out/ })
})

t.test('workers share a port where the system spreads connections over it, and are refused elsewhere', async t => {
  const raw = (workers: number | 'auto') => ({ workers }) as Parameters<typeof checkWorkers>[0]
  t.match(checkWorkers(raw(2), 'darwin'), [{ path: ['workers'], message: /on darwin/, advice: /workers: 1/ }])
  t.strictSame(checkWorkers(raw(1), 'win32'), [])
  t.strictSame([checkWorkers(raw('auto'), 'darwin'), workerCount(raw('auto'), 'darwin')], [[], 1])
  t.strictSame([checkWorkers(raw(4), 'linux'), workerCount(raw(4), 'linux')], [[], 4])
})

t.test('a port that another gateway with workers has is in use', async t => {
  const { url } = await upstream(t)
  const first = await pool(t, poolConfig(2, url))
  const listen = { port: Number(new URL(first.url).port) }
  await t.rejects(pool(t, { ...poolConfig(2, url), listen }), { name: 'ListenError', code: 'EADDRINUSE' })
})

t.test('a number of workers from the environment counts as one', async t => {
  const { url } = await upstream(t)
  const config = { ...poolConfig(1, url), workers: '${WORKERS}' } as unknown as GatewayConfig
  const gateway = await pool(t, config, { env: { WORKERS: '2' } })
  t.equal(gateway.config.settings.workers, 2)
})

t.test(
  'SIGTERM drains all workers: requests finish, streams end with the grace, and nothing of the log is lost',
  async t => {
    const server = createServer((req, res) => {
      if (req.url === '/stream') res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      else void once(server, 'go').then(() => res.end('late'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    const address = server.address() as { port: number }
    const config = { ...poolConfig(2, `http://127.0.0.1:${address.port}`), shutdown: { grace: '1s' } }
    const folder = t.testdir({})
    writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify(config))
    const child = start(['run'], folder)
    t.teardown(() => child.kill('SIGKILL'))
    const lines: Record<string, unknown>[] = []
    const log = createInterface(child.stdout)
    const serving = new Promise<string>(resolve => {
      log.on('line', text => {
        const line = JSON.parse(text) as Record<string, unknown>
        lines.push(line)
        if (line['msg'] === 'serving') resolve(String(line['listen']))
      })
    })
    const url = await serving
    const streams: Wire[] = []
    for (let i = 0; i < 8; i++) {
      const wire = await Wire.to(url)
      wire.write('GET /stream HTTP/1.1', 'host: 127.0.0.1', '', '')
      await wire.until(/data: 1/)
      streams.push(wire)
    }
    const clients = [new Client(t, url), new Client(t, url)]
    const slow = clients.map(client => client.get('/slow'))
    while (server.listenerCount('go') < slow.length) await once(server, 'request')
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    server.emit('go')
    t.match(
      await Promise.all(slow),
      slow.map(() => ({ status: 200, body: 'late' }))
    )
    t.strictSame(await exited, [0, null])
    await Promise.all(streams.map(stream => stream.closed))
    const ended = lines.filter(({ msg }) => msg === 'ended, for the gateway stops')
    t.equal(ended.length, 8)
    t.strictSame(new Set(ended.map(({ worker }) => worker)).size, new Set(streams.map(threadOf)).size)
    t.equal(lines.at(-1)?.['msg'], 'stopped')
  }
)

const threadOf = ({ received }: Wire): string => /x-thread: (\d+)/.exec(received)![1]!
