import { connect } from 'node:net'
import type { Finish } from '@sluice/plugin-api'
import { settled } from '../support/settled.ts'
import { trap } from '../support/trap.ts'
import { scriptedUpstream, upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

trap('an answer before the body is read is streamed on, and the connection closes', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  for (const [i, head] of ['content-length: 1000000', 'transfer-encoding: chunked'].entries()) {
    const wire = await Wire.to(g.url)
    wire.write('POST /mcp HTTP/1.1', 'host: x', head, '', i === 0 ? 'x'.repeat(1000) : '5\r\nhello\r\n')
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n[^]*(?:x{1000}|hello)/)
    behind.write('HTTP/1.1 200 OK', 'content-type: text/event-stream', 'transfer-encoding: chunked', '', '')
    await wire.until(/\r\n\r\n/)
    t.match(wire.received, /^HTTP\/1.1 200 OK\r\n[^]*connection: close\r\n/i, head)
    for (const event of ['one', 'two']) {
      behind.write('3', event, '')
      await wire.until(new RegExp(event))
    }
    behind.write('0', '', '')
    await wire.closed
    t.match(wire.received, /\r\n0\r\n\r\n$/, 'ended cleanly')
    await behind.closed
    t.notMatch(behind.received, /\r\n0\r\n\r\n$/, 'the body was never ended')
  }
})

trap('a client that goes on sending gets the answer, and no more of its body is read', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.writeHead(413).end('too much'))
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway([{ upstream: url }, { path: '/no', name: 'no', upstream: url, filters: [refusing] }])
  const size = 64 * 1024 * 1024
  const chunk = Buffer.alloc(64 * 1024, 'z')
  for (const [path, answer] of [
    ['/mcp', /^HTTP\/1.1 413 [^]*connection: close[^]*too much/i],
    ['/no', /^HTTP\/1.1 403 [^]*connection: close[^]*TEST_NO/i]
  ] as const) {
    const wire = await Wire.to(g.url)
    wire.write(`POST ${path} HTTP/1.1`, 'host: x', `content-length: ${size}`, '', '')
    let sent = 0
    const more = (): void => {
      while (sent < size && wire.socket.writable) {
        sent += chunk.length
        if (!wire.socket.write(chunk)) return void wire.socket.once('drain', more)
      }
    }
    more()
    await wire.closed
    t.match(wire.received, answer, path)
    t.ok(sent < size, `stopped after ${sent} bytes`)
  }
})

trap('a small body that is refused is read and thrown away, and the connection serves on', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway([{ upstream: url }, { path: '/no', name: 'no', upstream: url, filters: [refusing] }])
  const wire = await Wire.to(g.url)
  wire.write('POST /no HTTP/1.1', 'host: x', 'content-length: 60000', '', '')
  t.notMatch(await wire.until(/TEST_NO/), /connection: close/i)
  wire.write('x'.repeat(60_000), 'GET /mcp HTTP/1.1', 'host: x', '', '')
  await settled(() => wire.received.includes('TEST_NO'), 'refused')
  wire.socket.write('')
  await wire.until(/served/)
})

trap('a client that reads its answer late, and sends on meanwhile, still gets it', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.end())
  const ends: Finish[] = []
  const refusing = {
    onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }),
    onFinish: (end: Finish) => void ends.push(end)
  }
  const g = await gateway([{ upstream: url, filters: [refusing] }])
  const wire = await Wire.to(g.url)
  wire.socket.pause()
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 1000000', '', 'x'.repeat(1000))
  await settled(() => ends.length === 1, 'the answer is written')
  for (let i = 0; i < 5; i++) await new Promise(resolve => wire.socket.write('x'.repeat(1000), resolve))
  wire.socket.resume()
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 403 [^]*TEST_NO/)
})

trap('a client that sends on for ever is cut off in the end', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.end())
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway([{ upstream: url, filters: [refusing] }])
  const { hostname, port } = new URL(g.url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const closed = new Promise(resolve => socket.on('error', () => {}).once('close', resolve))
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  socket.write('POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n')
  const more = (): void => void (socket.writable && socket.write('x', () => setImmediate(more)))
  more()
  await closed
  t.match(received, /^HTTP\/1.1 403 [^]*connection: close[^]*TEST_NO/i)
})

trap('a refusal of what is no request is not taken away by what follows', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const g = await gateway([{ upstream: url }])
  const openings = {
    '431': `GET /mcp HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(40_000)}`,
    '400': 'NOT HTTP AT ALL\r\n\r\n',
    '200': 'GET /mcp HTTP/1.1\r\nhost: x\r\n\r\nGARBAGE\r\n'
  }
  for (const [status, opening] of Object.entries(openings)) {
    const wire = await Wire.to(g.url)
    wire.socket.pause()
    wire.write(opening)
    // What arrives at a closed socket has the kernel reset the connection, and forget what was not read.
    for (let i = 0; i < 20; i++) {
      await new Promise(resolve => setImmediate(resolve))
      if (wire.socket.writable) wire.write('more and more\r\n'.repeat(50))
    }
    wire.socket.resume()
    await wire.closed
    t.match(wire.received, new RegExp(`^HTTP/1.1 ${status} `))
  }
})
