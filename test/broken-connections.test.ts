import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Filter, Finish } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { settled } from './support/settled.ts'
import { rawUpstream, upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const recorder = () => {
  const ends: Finish[] = []
  const filter: Filter = { onFinish: end => void ends.push(end) }
  return { ends, filter }
}

t.test('a client that goes away aborts the request at the upstream', async t => {
  const { url, next } = await upstream(t)
  const { ends, filter } = recorder()
  const g = await gateway(t, [{ upstream: url, filters: [filter] }])
  const stages = {
    'before the head': () => {},
    'in a stream': (res: ServerResponse) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write('data: 1\n\n')
    }
  }
  for (const [stage, begin] of Object.entries(stages)) {
    const asked = next()
    const wire = await Wire.to(g.url)
    wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 2', '', '{}')
    const [req, res] = await asked
    begin(res)
    if (stage === 'in a stream') await wire.until(/data: 1/)
    const aborted = once(res, 'close')
    wire.socket.destroy()
    await aborted
    t.equal(res.writableFinished, false, `${stage}: the upstream saw its connection close`)
    t.equal(req.complete, true)
    await settled(() => ends.length > 0, 'onFinish')
    t.match(ends.pop(), { ended: 'client-gone' })
  }
  t.match(await (await fetch(`${g.adminUrl}/metrics`)).text(), 'sluice_open_streams{route="route0"} 0')
})

t.test('a client that leaves in the middle of its body never makes a whole request at the upstream', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const asked = next()
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 1000000', '', 'x'.repeat(70_000))
  const [req] = await asked
  const gone = new Promise(resolve => req.on('close', resolve))
  req.on('error', () => {}).resume()
  wire.socket.destroy()
  await gone
  t.equal(req.complete, false)
})

t.test('a client that leaves while its body waits for a connection hurts nobody', async t => {
  const { url, next } = await upstream(t)
  const { ends, filter } = recorder()
  const g = await gateway(t, [{ upstream: { url, connections: 1 }, filters: [filter] }])
  const asked = next()
  const first = fetch(`${g.url}/mcp`)
  const [, res] = await asked
  for (const head of [
    'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
    `content-length: 70000\r\n\r\n${'x'.repeat(10)}`
  ]) {
    const wire = await Wire.to(g.url)
    wire.socket.write(`POST /mcp HTTP/1.1\r\nhost: x\r\n${head}`)
    await settled(() => g.log.length >= 0 && wire.socket.bytesWritten > 0, 'it was sent')
    const left = ends.length
    wire.socket.end()
    wire.socket.destroy()
    await settled(() => ends.length > left, 'onFinish')
    t.match(ends.at(-1), { ended: 'client-gone', status: 0 })
  }
  res.end('still here')
  t.equal(await (await first).text(), 'still here')
})

t.test('an upstream that dies in the middle tears the answer', async t => {
  const heads = {
    'with a length': 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf',
    chunked: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: text/event-stream\r\n\r\n4\r\nhalf\r\n'
  }
  for (const [how, head] of Object.entries(heads)) {
    let upstreamSocket: { destroy(): void } | undefined
    const url = await rawUpstream(t, socket => {
      upstreamSocket = socket
      socket.once('data', () => socket.write(head))
    })
    const { ends, filter } = recorder()
    const g = await gateway(t, [{ upstream: url, filters: [filter] }])
    const res = await fetch(`${g.url}/mcp`)
    const reader = res.body!.getReader()
    t.equal(Buffer.from((await reader.read()).value).toString(), 'half')
    upstreamSocket!.destroy()
    await t.rejects(reader.read(), `${how}: not the end, an error`)
    await settled(() => ends.length > 0, 'onFinish')
    t.match(ends[0], { ended: 'upstream-gone', status: 200, bytesOut: 4 })
  }
})

t.test('a torn answer resets the connection of an HTTP/1.0 client, who has no other way to know', async t => {
  const url = await rawUpstream(t, socket => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'))
    socket.once('end', () => socket.destroy())
    sockets.push(socket)
  })
  const sockets: { destroy(): void }[] = []
  const g = await gateway(t, [{ upstream: url }])
  const wire = await Wire.to(g.url)
  const failed = once(wire.socket, 'error')
  wire.write('GET /mcp HTTP/1.0', 'host: x', '', '')
  await wire.until(/half/)
  sockets[0]!.destroy()
  t.match(await failed, [{ code: 'ECONNRESET' }])
})

t.test('so does one that is cut off because the gateway stops', async t => {
  const { url } = await upstream(t, (_req, res) => void res.write('{"half":'))
  const stopping = await gateway(t, [{ upstream: url }])
  const waiting = await Wire.to(stopping.url)
  const stopped = once(waiting.socket, 'error')
  waiting.write('GET /mcp HTTP/1.0', 'host: x', '', '')
  await waiting.until(/half/)
  await stopping.close()
  t.match(await stopped, [{ code: 'ECONNRESET' }])
})

t.test('a request is never sent twice', async t => {
  let requests = 0
  const url = await rawUpstream(t, socket => {
    socket.on('data', () => {
      requests++
      socket.destroy()
    })
  })
  const g = await gateway(t, [{ upstream: url }])
  for (const method of ['GET', 'POST', 'DELETE']) {
    requests = 0
    t.equal((await fetch(`${g.url}/mcp`, { method })).status, 502, method)
    t.equal(requests, 1, method)
  }
})

t.test('sockets and handles are back to the start afterwards', async t => {
  const start = process.getActiveResourcesInfo().length
  const { url, sockets, server, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url }])
  const wires: Wire[] = []
  for (let i = 0; i < 20; i++) {
    const asked = next()
    const wire = await Wire.to(g.url)
    wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
    const [, res] = await asked
    res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    wires.push(wire)
  }
  t.equal(sockets.size, 20)
  const upload = await Wire.to(g.url)
  const uploaded = next()
  upload.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 1000000', '', 'x'.repeat(70_000))
  ;(await uploaded)[0].on('error', () => {})
  // Some are left by the client, one of them in the middle of its body, the others by the upstream.
  upload.socket.destroy()
  for (const wire of wires.slice(0, 10)) wire.socket.destroy()
  for (const socket of sockets) socket.destroy()
  await Promise.all(wires.map(wire => wire.closed))
  await settled(() => sockets.size === 0, 'no connection to the upstream is open')
  await g.close()
  server.close()
  await settled(() => process.getActiveResourcesInfo().length <= start, 'no handle is left')
  t.pass('back to the start')
})
