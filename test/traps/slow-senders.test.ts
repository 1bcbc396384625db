import { EventEmitter, once } from 'node:events'
import { trap } from '../support/trap.ts'
import { upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

/** Long enough for what was written to arrive, and for what it sets off. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await new Promise(resolve => setImmediate(resolve))
}

/** So short that the test need not wait. */
const patience = { headMs: 50, requestMs: 500 }

trap('connections that say nothing, or dribble, are told so and closed; others are served meanwhile', async scene => {
  const { t, gateway } = scene
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const g = await gateway([{ upstream: url }], { patience })
  const openings = ['', 'G', 'GET /mcp HTTP/1.1\r\n', 'POST /mcp HTTP/1.1\r\nhost: x\r\nx-a: b\r\n']
  const slow = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const wire = await Wire.to(g.url)
      wire.write(openings[i % openings.length]!)
      return wire
    })
  )
  const served = await fetch(`${g.url}/mcp`)
  t.equal(await served.text(), 'served')
  await Promise.all(slow.map(wire => wire.closed))
  const told = /^HTTP\/1.1 408 [^]*connection: close[^]*SLUICE_REQUEST_TIMEOUT/
  t.equal(slow.filter(wire => told.test(wire.received)).length, slow.length)
})

trap('a body that does not come is 408, and the upstream is not kept waiting', async ({ t, gateway }) => {
  const server = await upstream(t)
  const g = await gateway([{ upstream: server.url }], { patience })
  const small = await Wire.to(g.url)
  small.write('POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{')
  await small.closed
  t.match(small.received, /^HTTP\/1.1 408 [^]*SLUICE_REQUEST_TIMEOUT/)
  t.equal(server.sockets.size, 0, 'a small body is sent on when all of it is here')
  const streamed = await Wire.to(g.url)
  const reached = server.next()
  streamed.write('POST /mcp HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n')
  const [req] = await reached
  const torn = new Promise(resolve => req.once('error', resolve))
  await streamed.closed
  t.match(streamed.received, /^HTTP\/1.1 408 [^]*SLUICE_REQUEST_TIMEOUT/)
  t.match(await torn, { code: 'ECONNRESET' })
})

trap('a slow body whose answer has begun tears it', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.write('begun'))
  const g = await gateway([{ upstream: url }], { patience })
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n')
  await wire.until(/begun/)
  await wire.closed
  t.notMatch(wire.received, /408|0\r\n\r\n$/)
})

trap('what comes after it was too late leads nowhere, however long the answer takes', async ({ t, gateway }) => {
  const reached: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    reached.push(req.url)
    res.end()
  })
  const waits = new EventEmitter()
  const onResponse = () => new Promise<void>(resolve => void waits.emit('answer', resolve))
  const messages = { mcp: { requests: ['*'] }, onMcpRequest: () => undefined }
  const slow = { onUpstream: () => new Promise<undefined>(resolve => void waits.emit('request', resolve)) }
  const g = await gateway(
    [
      { path: '/read', name: 'read', upstream: url, filters: [{ ...messages, onResponse }] },
      { path: '/sent', name: 'sent', upstream: url, filters: [{ ...slow, onResponse }] }
    ],
    { patience }
  )
  for (const path of ['/read', '/sent']) {
    const wire = await Wire.to(g.url)
    const asked = path === '/sent' ? once(waits, 'request') : undefined
    const refused = once(waits, 'answer')
    wire.write(`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/json', 'content-length: 46', '', '{')
    const [answer] = await refused
    wire.write('"jsonrpc":"2.0","id":1,"method":"tools/list" }')
    await turns()
    const [request] = (await asked) ?? [() => {}]
    request()
    await turns()
    answer()
    await wire.closed
    t.match(wire.received, /^HTTP\/1.1 408 [^]*SLUICE_REQUEST_TIMEOUT/, path)
    t.equal(wire.received.match(/HTTP\/1.1/g)?.length, 1)
  }
  t.strictSame(reached, [])
})
