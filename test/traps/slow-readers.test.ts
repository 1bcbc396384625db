import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { trap } from '../support/trap.ts'
import { upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

trap('a slow reader pauses the upstream, and nothing is lost', async ({ t, gateway }) => {
  const size = 64 * 1024 * 1024
  let written = 0
  const { url } = await upstream(t, (_req, res) => {
    const chunk = Buffer.alloc(64 * 1024, 'y')
    const more = (): void => {
      while (written < size) {
        written += chunk.length
        if (!res.write(chunk)) return void res.once('drain', more)
      }
      res.end()
    }
    more()
  })
  const g = await gateway([{ upstream: url }])
  const wire = await Wire.to(g.url)
  wire.socket.pause()
  wire.write('GET /mcp HTTP/1.1', 'host: x', 'connection: close', '', '')
  let before = -1
  while (before !== written || written === 0) {
    before = written
    for (let i = 0; i < 200; i++) await turn()
  }
  t.ok(written < size, `the upstream stopped after ${written} bytes`)
  let received = 0
  wire.socket.removeAllListeners('data')
  wire.socket.on('data', (text: string) => (received += text.length))
  wire.socket.resume()
  await wire.closed
  t.ok(received > size, 'all of it came in the end')
})

trap('a slow upstream pauses the client that sends to it', async ({ t, gateway }) => {
  const size = 64 * 1024 * 1024
  const { url, next } = await upstream(t)
  const g = await gateway([{ upstream: url }])
  const asked = next()
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', `content-length: ${size}`, '', '')
  const chunk = Buffer.alloc(64 * 1024, 'z')
  let accepted = 0
  const more = (): void => {
    while (accepted < size) {
      accepted += chunk.length
      if (!wire.socket.write(chunk)) return void wire.socket.once('drain', more)
    }
  }
  more()
  const [req, res] = await asked
  let before = -1
  while (before !== accepted) {
    before = accepted
    for (let i = 0; i < 500; i++) await turn()
  }
  t.ok(accepted < size, `the client stopped after ${accepted} bytes`)
  let received = 0
  req.on('data', (part: Buffer) => (received += part.length))
  await once(req, 'end')
  t.equal(received, size, 'all of it arrived in the end')
  res.end('thanks')
  await wire.until(/thanks/)
  wire.socket.destroy()
})
