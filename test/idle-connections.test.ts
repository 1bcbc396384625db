import { mock } from 'node:test'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const GET = ['GET /mcp HTTP/1.1', 'host: x', '', '']

t.test('an idle connection is kept for as long as answers say, and closed thereafter; one in use is not', async t => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const [idle, used, silent] = [await Wire.to(g.url), await Wire.to(g.url), await Wire.to(g.url)]
  for (const wire of [idle, used]) {
    const asked = next()
    wire.write(...GET)
    const [, res] = await asked
    res.end('ok')
    t.match(await wire.until(/ok$/), /\r\nkeep-alive: timeout=75\r\n/i)
  }
  for (let seconds = 0; seconds < 75; seconds += 15) mock.timers.tick(15_000)
  for (const wire of [idle, used]) t.equal(wire.socket.destroyed, false)
  const asked = next()
  used.write(...GET)
  const [, res] = await asked
  for (let seconds = 0; seconds < 75; seconds += 15) mock.timers.tick(15_000)
  await Promise.all([idle.closed, silent.closed])
  used.received = ''
  res.end('late')
  t.match(await used.until(/late$/), /^HTTP\/1.1 200/, 'an answer may take as long as it likes')
})

t.test('a connection that closes after an answer is not said to be kept', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('ok'))
  const g = await gateway(t, [{ upstream: url }])
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1', 'host: x', 'connection: close', '', '')
  await wire.closed
  t.match(wire.received, /connection: close/i)
  t.notMatch(wire.received, /keep-alive/i)
})
