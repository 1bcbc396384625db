import { once } from 'node:events'
import { createServer as http } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import type { ClientFault } from '../../src/http-client/client-fault.ts'
import type { ResponseControl, ResponseHandler } from '../../src/http-client/outgoing.ts'
import { Pool, type PoolOptions } from '../../src/http-client/pool.ts'
import type { ReceivedHead } from '../../src/http-client/response-head.ts'
import { Upload } from '../../src/http-client/upload.ts'
import { settled } from '../../../../test/support/settled.ts'

const TIMEOUTS = { connectTimeoutMs: 5000, headersTimeoutMs: 5000 }
const REQUEST = { method: 'GET', head: 'GET / HTTP/1.1\r\nhost: x\r\n\r\n', body: undefined }
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** A server whose connections the test reads and writes itself. */
const serve = async (t: Test, onRequest: (socket: Socket, number: number) => void) => {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    const number = sockets.push(socket) - 1
    socket.on('error', () => {}).on('data', () => onRequest(socket, number))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { sockets, url: urlOf(server) }
}

const urlOf = (server: Server): URL => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)

const poolOf = (t: Test, url: URL, options: Partial<PoolOptions> = {}): Pool => {
  const pool = new Pool(url, { ...TIMEOUTS, ...options })
  t.teardown(() => pool.destroy())
  return pool
}

/** Waits for one response. */
class Waiter implements ResponseHandler {
  wanted = true
  pauseAt: 'onHead' | 'onData' | undefined
  control: ResponseControl | undefined
  body = ''
  readonly pieces: Buffer[] = []
  settled = false
  paused = false
  readonly outcome: Promise<string>
  readonly sent: Promise<void>
  #settle!: (outcome: string) => void
  #onSent!: () => void

  constructor() {
    this.outcome = new Promise(resolve => {
      this.#settle = outcome => {
        this.settled = true
        resolve(outcome)
      }
    })
    this.sent = new Promise(resolve => (this.#onSent = resolve))
  }

  onSend(control: ResponseControl): void {
    this.control = control
    this.#onSent()
  }

  onBodySent(): void {}
  onHead(_head: ReceivedHead): void {
    if (this.pauseAt === 'onHead') this.#pause()
  }

  onReadDone(): void {}

  onData(bytes: Buffer): void {
    this.body += bytes.toString()
    this.pieces.push(bytes)
    if (this.pauseAt === 'onData') this.#pause()
  }

  onEnd(): void {
    this.#settle(this.body)
  }

  onFault({ kind }: ClientFault): void {
    this.#settle(kind)
  }

  #pause(): void {
    this.paused = true
    this.control!.pause()
  }
}

const send = (pool: Pool): Waiter => {
  const waiter = new Waiter()
  pool.send(REQUEST, waiter)
  return waiter
}

t.test('a connection is used again, the last one first', async t => {
  const held: Socket[] = []
  const { sockets, url } = await serve(t, socket => held.push(socket))
  const pool = poolOf(t, url)
  const both = [send(pool), send(pool)]
  await settled(() => held.length === 2, 'both requests have arrived')
  held[0]!.write(OK)
  t.equal(await Promise.race(both.map(({ outcome }) => outcome)), 'ok')
  held[1]!.write(OK)
  for (const { outcome } of both) t.equal(await outcome, 'ok')
  const [, last] = held
  const third = send(pool)
  await settled(() => held.length === 3, 'the third has arrived')
  t.equal(held[2], last)
  last!.write(OK)
  t.equal(await third.outcome, 'ok')
  t.equal(sockets.length, 2)
})

t.test('what a response brought stays as it is, whatever the other connections bring', async t => {
  const { url } = await serve(t, (socket, number) => {
    const body = String(number).repeat(20_000)
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  })
  const pool = poolOf(t, url)
  const waiters = Array.from({ length: 5 }, () => send(pool))
  for (const { outcome } of waiters) await outcome
  const kept = waiters.map(({ pieces }) => Buffer.concat(pieces).toString())
  const bodies = waiters.map(({ body }) => body)
  t.strictSame(kept, bodies)
  t.strictSame(new Set(bodies.map(body => body[0])).size, 5)
})

t.test(
  'where no more connections may be, requests wait in order, and those that nobody wants are left out',
  async t => {
    const { sockets, url } = await serve(t, socket => socket.write(OK))
    const pool = poolOf(t, url, { connections: 1 })
    const waiters = [send(pool), send(pool), send(pool), send(pool)]
    waiters[1]!.wanted = false
    const order: number[] = []
    for (const [i, { outcome }] of waiters.entries()) void outcome.then(() => order.push(i))
    t.equal(await waiters[3]!.outcome, 'ok')
    t.strictSame(order, [0, 2, 3])
    t.equal(waiters[1]!.control, undefined)
    t.equal(sockets.length, 1)
  }
)

t.test('a connection that is lost makes room for one that waits', async t => {
  const { sockets, url } = await serve(t, (socket, number) => (number === 0 ? socket.destroy() : socket.write(OK)))
  const pool = poolOf(t, url, { connections: 1 })
  const waiters = [send(pool), send(pool)]
  t.equal(await waiters[0]!.outcome, 'closed')
  t.equal(await waiters[1]!.outcome, 'ok')
  t.equal(sockets.length, 2)
})

t.test('a response that is not wanted any more takes its connection along, and nothing more is told', async t => {
  const { sockets, url } = await serve(t, (socket, number) => void (number > 0 && socket.write(OK)))
  const pool = poolOf(t, url, { connections: 1 })
  const [first, second] = [send(pool), send(pool)]
  await settled(() => (sockets[0]?.bytesRead ?? 0) > 0, 'the first request has arrived')
  first.control!.abort()
  t.equal(await second.outcome, 'ok')
  t.equal(sockets.length, 2)
  t.equal(first.settled, false)
})

t.test('a request that nobody wants when its connection is made leaves the connection to the next', async t => {
  const { sockets, url } = await serve(t, socket => socket.write(OK))
  const pool = poolOf(t, url, { connections: 1 })
  const [first, second] = [send(pool), send(pool)]
  first.wanted = false
  t.equal(await second.outcome, 'ok')
  t.equal(first.control, undefined)
  t.equal(sockets.length, 1)
})

t.test('a request that is given up before it leaves does not cost its connection', async t => {
  const { sockets, url } = await serve(t, socket => socket.write(OK))
  const pool = poolOf(t, url)
  t.equal(await send(pool).outcome, 'ok')
  const given = send(pool)
  given.control!.abort()
  t.equal(await send(pool).outcome, 'ok')
  t.equal(sockets.length, 1)
  t.equal(sockets[0]!.bytesRead, 2 * REQUEST.head.length, 'it never left')
})

t.test('who gives up waiting is let go of', async t => {
  const { url } = await serve(t, () => {})
  const pool = poolOf(t, url, { connections: 1 })
  send(pool)
  const gone = send(pool)
  pool.forget(gone)
  const kept = send(pool)
  pool.destroy()
  t.equal(await kept.outcome, 'closed')
  t.equal(gone.settled, false, 'a pool that ends tells everybody who waits')
})

t.test("bytes that come before the request is written are nobody's answer", async t => {
  const { sockets, url } = await serve(t, (socket, number) => {
    socket.write(number === 0 && socket.bytesRead === REQUEST.head.length ? OK : OK.replace('ok', 'my'))
  })
  const pool = poolOf(t, url, { connections: 1 })
  t.equal(await send(pool).outcome, 'ok')
  // What is read of sockets comes after timers: this comes first, and the requests are written behind it.
  await new Promise(resolve => setTimeout(resolve, 0))
  sockets[0]!.write(OK.replace('ok', 'no'))
  const answers = await Promise.all([send(pool), send(pool), send(pool)].map(({ outcome }) => outcome))
  t.strictSame(answers, ['my', 'my', 'my'])
})

t.test('a connection that the server closes while a request waits to be written is not its last', async t => {
  const { sockets, url } = await serve(t, socket => socket.write(OK))
  const pool = poolOf(t, url)
  t.equal(await send(pool).outcome, 'ok')
  // What is read of sockets comes after timers, and what waits is written behind it.
  await new Promise(resolve => setTimeout(resolve, 0))
  sockets[0]!.destroy()
  const next = send(pool)
  t.equal(await next.outcome, 'ok')
  t.equal(sockets.length, 2)
  t.equal(sockets[0]!.bytesRead, REQUEST.head.length, 'nothing was sent twice')
})

t.test('the end of a connection that comes while nothing may be told is told in its turn', async t => {
  for (const [framing, body] of [
    ['', 'hello'],
    ['content-length: 5\r\n', 'hello'],
    ['connection: close\r\ncontent-length: 5\r\n', 'hello'],
    ['transfer-encoding: chunked\r\n', '5\r\nhello\r\n0\r\n\r\n']
  ] as const) {
    for (const pauseAt of ['onHead', 'onData'] as const) {
      const { sockets, url } = await serve(t, socket => socket.end(`HTTP/1.1 200 OK\r\n${framing}\r\n${body}`))
      const pool = poolOf(t, url)
      const waiter = new Waiter()
      waiter.pauseAt = pauseAt
      pool.send(REQUEST, waiter)
      await settled(() => waiter.paused && sockets[0]!.writableFinished, 'the server has closed')
      waiter.control!.resume()
      t.equal(await waiter.outcome, 'hello', `${framing || 'no length'} ${pauseAt}`)
    }
  }
})

t.test('the time for a head does not count while the client is slow to send', async t => {
  const server = http((req, res) => void req.resume().on('end', () => res.end('ok')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const silent = await serve(t, () => {})
  const pool = poolOf(t, urlOf(server), { headersTimeoutMs: 50 })
  const other = poolOf(t, silent.url, { headersTimeoutMs: 100 })
  const client = new PassThrough()
  const waiter = new Waiter()
  pool.send(
    {
      method: 'POST',
      head: 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
      body: new Upload(client as never, true)
    },
    waiter
  )
  client.write('slow')
  await waiter.sent
  t.equal(await send(other).outcome, 'headers-timeout', 'more than the time for a head has passed')
  client.end('ly')
  t.equal(await waiter.outcome, 'ok')
})

t.test('an idle connection closes when the server would, and at once where it sends what nobody asked for', async t => {
  const { sockets, url } = await serve(t, socket =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nkeep-alive: timeout=2\r\n\r\nok')
  )
  const pool = poolOf(t, url)
  t.equal(await send(pool).outcome, 'ok')
  const began = performance.now()
  await once(sockets[0]!, 'close')
  t.ok(performance.now() - began > 900, 'not before')
  t.equal(await send(pool).outcome, 'ok')
  sockets[1]!.write(OK)
  await once(sockets[1]!, 'close')
  t.equal(await send(pool).outcome, 'ok')
  t.equal(sockets.length, 3)
})

t.test(
  'a head that does not come in time is a fault; the time counts from the request, not from the connection',
  async t => {
    let answers = true
    const { sockets, url } = await serve(t, socket => void (answers && socket.write(OK)))
    const pool = poolOf(t, url, { headersTimeoutMs: 50 })
    for (let i = 0; i < 3; i++) t.equal(await send(pool).outcome, 'ok')
    answers = false
    t.equal(await send(pool).outcome, 'headers-timeout')
    await once(sockets[0]!, 'close')
    t.equal(sockets.length, 1)
  }
)

t.test('nobody listens', async t => {
  const { url } = await serve(t, () => {})
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.port = String((server.address() as AddressInfo).port)
  server.close()
  await once(server, 'close')
  const pool = poolOf(t, url, { connections: 1 })
  const waiters = [send(pool), send(pool)]
  for (const { outcome } of waiters) t.equal(await outcome, 'unreachable')
})

t.test('an address that swallows what is sent to it is given up in time', async t => {
  // TEST-NET-1 (RFC 5737): nobody is there. Some networks refuse it at once.
  const pool = poolOf(t, new URL('http://192.0.2.1:81'), { connectTimeoutMs: 50 })
  t.match(await send(pool).outcome, /connect-timeout|unreachable/)
})

t.test('a pool that is destroyed ends what waits, what connects and what is under way', async t => {
  const { sockets, url } = await serve(t, () => {})
  const pool = new Pool(url, { ...TIMEOUTS, connections: 2 })
  const under = send(pool)
  await under.sent
  const [connecting, waiting] = [send(pool), send(pool)]
  pool.destroy()
  for (const { outcome } of [under, connecting, waiting]) t.match(await outcome, /closed|unreachable/)
  t.equal(await send(pool).outcome, 'closed', 'and takes nothing more')
  for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close')
})
