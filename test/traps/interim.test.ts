import { setImmediate as turn } from 'node:timers/promises'
import { settled } from '../support/settled.ts'
import { ask, trap } from '../support/trap.ts'
import { scriptedUpstream, upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

trap('Expect: 100-continue of a refused request is answered with the 401 alone', async ({ t, gateway }) => {
  const seen: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    seen.push(req.url)
    res.end()
  })
  const refusing = {
    onRequest: async () => {
      await turn()
      return { status: 401, code: 'TEST_401', reason: 'no' }
    }
  }
  const g = await gateway([{ path: '/', prefix: true, upstream: url, filters: [refusing] }])
  for (const length of ['content-length: 4', 'transfer-encoding: chunked']) {
    const wire = await Wire.to(g.url)
    wire.write('POST /mcp HTTP/1.1', 'host: x', length, 'expect: 100-continue', '', '')
    await wire.closed
    t.match(wire.received, /^HTTP\/1.1 401 Unauthorized\r\n[^]*connection: close[^]*TEST_401/i, length)
    t.notMatch(wire.received, /100 Continue/)
  }
  const wire = await Wire.to(g.url)
  wire.write('POST /a HTTP/1.1', 'host: x', 'content-length: 4', 'expect: 100-continue', '', 'GET /b HTTP/1.1', '', '')
  await wire.closed
  t.equal(wire.received.match(/HTTP\/1.1/g)?.length, 1, 'what follows is neither a body nor a request')
  t.strictSame(seen, [])
})

trap('Expect: 100-continue gets its 100 once the filters have let the request pass', async ({ t, gateway }) => {
  const expected: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    expected.push(req.headers.expect)
    req.pipe(res)
  })
  const waiting: ((outcome: undefined) => void)[] = []
  const slow = { onRequest: () => new Promise<undefined>(resolve => waiting.push(resolve)) }
  const g = await gateway([{ upstream: url, filters: [slow] }])
  const wire = await Wire.to(g.url)
  for (const [length, body] of [
    ['content-length: 4', 'body'],
    ['transfer-encoding: chunked', '4\r\nbody\r\n0\r\n\r\n']
  ] as const) {
    wire.received = ''
    wire.write('POST /mcp HTTP/1.1', 'host: x', length, 'expect: 100-Continue', '', '')
    await settled(() => waiting.length > 0, 'the filter is asked')
    t.equal(wire.received, '', 'nothing before the filter has decided')
    waiting.pop()?.(undefined)
    await wire.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
    wire.write(body)
    t.match(await wire.until(/body\r\n0\r\n\r\n$/), /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/, length)
  }
  t.strictSame(expected, [undefined, undefined], 'the expectation ends at the gateway')
})

trap('Expect: 100-continue gets no 100 where no body is announced, nor of HTTP/1.0', async ({ t, gateway }) => {
  const { url } = await upstream(t, (req, res) => void req.pipe(res))
  const g = await gateway([{ upstream: url }])
  const rows = [
    ['GET /mcp HTTP/1.1', 'connection: close', ''],
    ['POST /mcp HTTP/1.0', 'content-length: 4', 'body']
  ] as const
  for (const [line, field, body] of rows) {
    const wire = await Wire.to(g.url)
    wire.write(line, 'host: x', field, 'expect: 100-continue', '', body)
    await wire.closed
    t.match(wire.received, /^HTTP\/1.1 200 OK/, line)
    t.notMatch(wire.received, /100 Continue/)
  }
})

trap('102 and 103 of the upstream are not the answer', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const heads: number[] = []
  const g = await gateway([{ upstream: server.url, filters: [{ onResponse: head => void heads.push(head.status) }] }])
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const behind = await server.connection(0)
  await behind.until(/\r\n\r\n/)
  behind.write('HTTP/1.1 102 Processing', '', 'HTTP/1.1 103 Early Hints', 'link: </early>', 'content-length: 7', '', '')
  await turn()
  t.equal(wire.received, '')
  behind.write('HTTP/1.1 103 Early Hints', '', 'HTTP/1.1 201 Created', 'content-length: 4', '', 'done')
  t.match(await wire.until(/done$/), /^HTTP\/1.1 201 Created\r\n/)
  t.notMatch(wire.received, /early/i)
  t.strictSame(heads, [201], 'filters see the answer alone')
  behind.received = ''
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  await behind.until(/GET/)
  t.equal(server.wires.length, 1, 'and the connection serves on')
  behind.write('HTTP/1.1 204 No Content', '', '')
  await wire.until(/204 No Content/)
})

trap('100 of the upstream, for which nobody asked, is not the answer', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const asked = ask(g.url)
  const behind = await server.connection(0)
  await behind.until(/\r\n\r\n/)
  behind.write('HTTP/1.1 100 Continue', '', 'HTTP/1.1 200 OK', 'content-length: 4', '', 'done')
  t.match(await asked, /^HTTP\/1.1 200 OK\r\n[^]*done$/)
})
