import type { IncomingMessage } from 'node:http'
import type { Finish } from '@sluice/plugin-api'
import { settled } from '../support/settled.ts'
import { ask, trap } from '../support/trap.ts'
import { scriptedUpstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

const OK = ['HTTP/1.1 200 OK', 'content-length: 2', '', 'ok']

trap('a client that leaves while its request waits for a connection is never forwarded', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const ends: Finish[] = []
  const arrived: string[] = []
  const recorder = {
    onRequest: (x: { method: string }) => void arrived.push(x.method),
    onFinish: (end: Finish) => void ends.push(end)
  }
  const g = await gateway([{ upstream: { url: server.url, connections: 1 }, filters: [recorder] }])
  const first = ask(g.url)
  const behind = await server.connection(0)
  await behind.until(/\r\n\r\n/)
  const heads = {
    GET: '\r\n',
    DELETE: '\r\n',
    POST: 'content-length: 2\r\n\r\n{}',
    PUT: 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
    PATCH: `content-length: 70000\r\n\r\n${'x'.repeat(10)}`
  }
  for (const [method, rest] of Object.entries(heads)) {
    const wire = await Wire.to(g.url)
    wire.socket.write(`${method} /mcp HTTP/1.1\r\nhost: x\r\n${rest}`)
    await settled(() => arrived.at(-1) === method, 'it waits')
    const left = ends.length
    wire.socket.destroy()
    await settled(() => ends.length > left, 'onFinish')
    t.match(ends.at(-1), { ended: 'client-gone', status: 0 }, method)
  }
  behind.write(...OK)
  t.match(await first, /200 OK[^]*ok$/)
  const last = ask(g.url)
  await behind.until(/^GET[^]*\r\n\r\nGET[^]*\r\n\r\n$/)
  behind.write(...OK)
  t.match(await last, /200 OK[^]*ok$/, 'the connection serves on')
  t.equal(server.wires.length, 1)
  const received = server.wires.map(wire => wire.received).join('')
  t.strictSame(received.match(/^[A-Z]+(?= \/)/gm), ['GET', 'GET'], 'none of theirs arrived')
})

trap(
  'a client that leaves before the connection to the upstream is made is never forwarded',
  async ({ t, gateway }) => {
    const server = await scriptedUpstream(t)
    const ends: Finish[] = []
    const leaving = {
      onUpstream: (_head: unknown, x: unknown) => {
        // The close is told in this turn of the event loop, a connection that is made in the next one at the earliest.
        ;(x as { readonly req: IncomingMessage }).req.socket.destroy()
        return undefined
      },
      onFinish: (end: Finish) => void ends.push(end)
    }
    const g = await gateway([
      { upstream: server.url, filters: [leaving] },
      { path: '/other', name: 'other', upstream: server.url }
    ])
    const wire = await Wire.to(g.url)
    wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 0', '', '')
    await wire.closed
    await settled(() => ends.length > 0, 'onFinish')
    t.match(ends[0], { ended: 'client-gone', status: 0 })
    const other = ask(g.url, '/other')
    const behind = await server.connection(0)
    t.match(await behind.until(/\r\n\r\n/), /^GET/, 'the connection that was made for it serves the next one')
    behind.write(...OK)
    t.match(await other, /200 OK[^]*ok$/)
    t.equal(server.wires.length, 1)
  }
)
