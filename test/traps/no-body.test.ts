import { trap } from '../support/trap.ts'
import { rawUpstream, upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

trap('HEAD, 204 and 304 have no body, and the connection can be used again', async ({ t, gateway }) => {
  const { url } = await upstream(t, (req, res) => {
    if (req.method === 'HEAD') res.writeHead(200, { 'content-length': '10' }).end()
    else if (req.url === '/204') res.writeHead(204).end()
    else if (req.url === '/304') res.writeHead(304, { etag: '"e"' }).end()
    else res.end('end')
  })
  const g = await gateway([{ path: '/', prefix: true, upstream: url }])
  const wire = await Wire.to(g.url)
  for (const line of ['HEAD / HTTP/1.1', 'GET /204 HTTP/1.1', 'GET /304 HTTP/1.1']) {
    const from = wire.received.length
    wire.write(line, 'host: x', '', '')
    await wire.until(new RegExp(`^[^]{${from}}HTTP/1.1 [^]*\r\n\r\n$`))
  }
  wire.write('GET /end HTTP/1.1', 'host: x', 'connection: close', '', '')
  await wire.closed
  t.match(wire.received, /200 OK[^]*204 No Content[^]*304 Not Modified[^]*200 OK[^]*end/)
})

trap('a 204 has no length, whatever the upstream says', async ({ t, gateway }) => {
  const url = await rawUpstream(
    t,
    socket => void socket.once('data', () => socket.write('HTTP/1.1 204 No Content\r\ncontent-length: 38\r\n\r\n'))
  )
  const g = await gateway([{ upstream: url }])
  const res = await fetch(`${g.url}/mcp`)
  t.equal(res.status, 204)
  t.equal(res.headers.get('content-length'), null)
})
