import { trap } from '../support/trap.ts'
import { upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'
import { told } from '../support/log.ts'

trap('a pipelined request goes to the upstream when the answer before it is out', async ({ t, gateway }) => {
  const server = await upstream(t)
  const g = await gateway([{ path: '/', prefix: true, upstream: server.url }])
  const wire = await Wire.to(g.url)
  const first = server.next()
  wire.write('POST /1 HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}GET /2 HTTP/1.1\r\nhost: x\r\n\r\n')
  const [one, answer] = await first
  t.equal(one.url, '/1')
  t.equal(server.sockets.size, 1)
  const second = server.next()
  answer.end('<1>')
  const [two, last] = await second
  t.equal(two.url, '/2')
  last.end('<2>')
  t.match(await wire.until(/<2>/), /<1>[^]*<2>/)
})

trap('a client that pipelines on and on and reads nothing is let go of', async ({ t, gateway }) => {
  const server = await upstream(t)
  const g = await gateway([{ upstream: server.url }])
  const wire = await Wire.to(g.url)
  const reached = server.next()
  wire.write('GET /mcp HTTP/1.1\r\nhost: x\r\n\r\n')
  const [, res] = await reached
  const gone = new Promise(resolve => res.once('close', resolve))
  wire.write('GET /mcp HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100_000))
  await wire.closed
  await gone
  t.equal(wire.received, '')
  t.equal(server.sockets.size, 0, 'one request had gone out')
  t.match(told(g), [{ level: 'info', message: 'closed a connection with too much behind an unanswered request' }])
})

trap('so is one whose waiting heads are large, however few they are', async ({ t, gateway }) => {
  const server = await upstream(t)
  const g = await gateway([{ path: '/', prefix: true, upstream: server.url }])
  const large = (count: number): string =>
    Array.from({ length: count }, (_, i) => `GET /${i} HTTP/1.1\r\nhost: x\r\nx-a: ${'x'.repeat(14_000)}\r\n\r\n`).join(
      ''
    )
  const begin = async () => {
    const wire = await Wire.to(g.url)
    const reached = server.next()
    wire.write('GET /first HTTP/1.1\r\nhost: x\r\n\r\n')
    const [, res] = await reached
    return { wire, res }
  }
  const greedy = await begin()
  greedy.wire.write(large(20))
  await greedy.wire.closed
  t.equal(greedy.wire.received, '')
  const { wire, res } = await begin()
  wire.write(large(18))
  server.server.on('request', (req, answer) => answer.end(`<${req.url}>`))
  res.end('<first>')
  await wire.until(/<\/17>/)
  for (let round = 0; round < 3; round++) {
    wire.received = ''
    wire.write(large(18))
    await wire.until(/<\/17>/)
  }
})

trap('so is one whose body fills up behind an unanswered request', async ({ t, gateway }) => {
  const server = await upstream(t)
  const g = await gateway([{ upstream: server.url }])
  for (const [framing, body] of [
    ['content-length: 1000000', 'x'.repeat(1_000_000)],
    ['transfer-encoding: chunked', `f4240\r\n${'x'.repeat(1_000_000)}\r\n0\r\n\r\n`]
  ]) {
    const wire = await Wire.to(g.url)
    const reached = server.next()
    wire.write('GET /mcp HTTP/1.1\r\nhost: x\r\n\r\n')
    await reached
    wire.write(`POST /mcp HTTP/1.1\r\nhost: x\r\n${framing}\r\n\r\n${body}`)
    await wire.closed
    t.equal(wire.received, '')
  }
})

trap('a client that leaves takes what it has waiting along', async ({ t, gateway }) => {
  const server = await upstream(t)
  const g = await gateway([{ upstream: server.url }])
  const wire = await Wire.to(g.url)
  const reached = server.next()
  wire.write('GET /mcp HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3))
  const [req] = await reached
  server.server.on('request', () => t.fail('nobody waits for this answer'))
  wire.socket.destroy()
  await new Promise(resolve => req.once('close', resolve))
})

trap('garbage behind waiting requests takes none of their answers', async ({ t, gateway }) => {
  const { url } = await upstream(t, (req, res) => void setImmediate(() => res.end(`<${req.url}>`)))
  const g = await gateway([{ path: '/', prefix: true, upstream: url }])
  const wire = await Wire.to(g.url)
  const broken = 'POST /4 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n'
  wire.write(['/1', '/2', '/3'].map(path => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`).join('') + broken)
  await wire.closed
  t.match(wire.received, /<\/1>[^]*<\/2>[^]*<\/3>$/)
})
