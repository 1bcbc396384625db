import { trap } from '../support/trap.ts'
import { upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

/** So short that the test need not wait. */
const limits = { headerBytes: 32 * 1024, headMs: 50, requestMs: 500 }

trap('connections that say nothing, or dribble, are told so and closed; others are served meanwhile', async scene => {
  const { t, gateway } = scene
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const g = await gateway([{ upstream: url }], { limits })
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
  const g = await gateway([{ upstream: server.url }], { limits })
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
  const g = await gateway([{ upstream: url }], { limits })
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n')
  await wire.until(/begun/)
  await wire.closed
  t.notMatch(wire.received, /408|0\r\n\r\n$/)
})
