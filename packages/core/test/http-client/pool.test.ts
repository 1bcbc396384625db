import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import type { ClientFault } from '../../src/http-client/client-fault.ts'
import type { ResponseControl, ResponseHandler } from '../../src/http-client/outgoing.ts'
import { Pool, type PoolOptions } from '../../src/http-client/pool.ts'
import type { ReceivedHead } from '../../src/http-client/response-head.ts'
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
  return { sockets, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) }
}

const poolOf = (t: Test, url: URL, options: Partial<PoolOptions> = {}): Pool => {
  const pool = new Pool(url, { ...TIMEOUTS, ...options })
  t.teardown(() => pool.destroy())
  return pool
}

/** Waits for one response. */
class Waiter implements ResponseHandler {
  wanted = true
  control: ResponseControl | undefined
  body = ''
  readonly outcome: Promise<string>
  readonly sent: Promise<void>
  #settle!: (outcome: string) => void
  #onSent!: () => void

  constructor() {
    this.outcome = new Promise(resolve => (this.#settle = resolve))
    this.sent = new Promise(resolve => (this.#onSent = resolve))
  }

  onSend(control: ResponseControl): void {
    this.control = control
    this.#onSent()
  }

  onBodySent(): void {}
  onHead(_head: ReceivedHead): void {}
  onReadDone(): void {}

  onData(bytes: Buffer): void {
    this.body += bytes.toString()
  }

  onEnd(): void {
    this.#settle(this.body)
  }

  onFault({ kind }: ClientFault): void {
    this.#settle(kind)
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
  await first!.sent
  first!.control!.abort()
  t.equal(await second!.outcome, 'ok')
  t.equal(sockets.length, 2)
  t.equal(await Promise.race([first!.outcome, 'silent']), 'silent')
})

t.test('a request that nobody wants when its connection is made leaves the connection to the next', async t => {
  const { sockets, url } = await serve(t, socket => socket.write(OK))
  const pool = poolOf(t, url, { connections: 1 })
  const [first, second] = [send(pool), send(pool)]
  first!.wanted = false
  t.equal(await second!.outcome, 'ok')
  t.equal(first!.control, undefined)
  t.equal(sockets.length, 1)
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
  for (const { outcome } of [under, connecting!, waiting!]) t.match(await outcome, /closed|unreachable/)
  t.equal(await send(pool).outcome, 'closed', 'and takes nothing more')
  for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close')
})
