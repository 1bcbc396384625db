import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { settled } from '../../../test/support/settled.ts'
import { ClientRequest } from '../src/http/client-request.ts'

interface Received {
  readonly req: ClientRequest
  readonly res: ServerResponse
  readonly client: Socket
}

/** Sends the beginning of a request, and gives it as the server has it. */
const receive = async (t: Test, sent: string): Promise<Received> => {
  const server = createServer({ IncomingMessage: ClientRequest })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => {
    client.destroy()
    server.close()
  })
  client.write(`POST / HTTP/1.1\r\nhost: x\r\n${sent}`)
  const [req, res] = (await once(server, 'request')) as [ClientRequest, ServerResponse]
  req.on('error', () => {})
  return { req, res, client }
}

/** Takes the body, and keeps what is told of it. */
const take = (req: ClientRequest, onData = (): void => {}) => {
  const told = { body: '', ended: false }
  req.takeBody({
    onData: bytes => {
      told.body += bytes.toString()
      onData()
    },
    onEnd: () => (told.ended = true)
  })
  return told
}

t.test('a body is told as it comes, and its stream ends', async t => {
  const { req, client } = await receive(t, 'content-length: 10\r\n\r\n')
  const told = take(req)
  client.write('hello')
  await settled(() => told.body === 'hello', 'the first half')
  t.notOk(told.ended)
  client.write('world')
  await settled(() => told.ended, 'the end')
  t.equal(told.body, 'helloworld')
  await settled(() => req.readableEnded, 'node:http has seen the end, too')
})

t.test('what came before anybody took the body is told, too', async t => {
  const whole = await receive(t, 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n')
  await settled(() => whole.req.complete, 'all of it is here')
  const told = take(whole.req)
  await settled(() => told.ended, 'the end')
  t.equal(told.body, 'hello')
  const half = await receive(t, 'content-length: 10\r\n\r\nhello')
  await settled(() => half.req.readableLength === 5, 'half of it is here')
  const later = take(half.req)
  half.client.write('world')
  await settled(() => later.ended, 'the end')
  t.equal(later.body, 'helloworld')
})

for (const early of [false, true]) {
  t.test(`nothing is told of a body that was left${early ? ', also where it came before' : ''}`, async t => {
    const { req, client } = await receive(t, `content-length: 10\r\n\r\n${early ? 'hello' : ''}`)
    if (early) await settled(() => req.readableLength === 5, 'half of it is here')
    const told = take(req, () => req.leaveBody())
    if (!early) client.write('hello')
    await settled(() => told.body === 'hello', 'the first half')
    client.write('world')
    await settled(() => req.complete, 'all of it is here')
    req.resume()
    await settled(() => req.readableEnded, 'it was thrown away')
    t.strictSame(told, { body: 'hello', ended: false })
  })
}

t.test('a client that leaves has no end of its body', async t => {
  const { req, client } = await receive(t, 'content-length: 10\r\n\r\n')
  const told = take(req)
  client.end('hello')
  await new Promise(resolve => void req.once('close', resolve))
  t.strictSame(told, { body: 'hello', ended: false })
})

t.test('a connection goes on behind a body that was taken', async t => {
  const { req, res, client } = await receive(t, 'content-length: 5\r\n\r\n')
  const told = take(req)
  client.write('hello')
  await settled(() => told.ended, 'the end')
  res.end('one')
  await settled(() => client.readableLength > 0, 'the answer')
  client.write('GET /two HTTP/1.1\r\nhost: x\r\n\r\n')
  const server = (req.socket as Socket & { readonly server: NodeJS.EventEmitter }).server
  const [next] = (await once(server, 'request')) as [ClientRequest]
  t.equal(next.url, '/two')
})
