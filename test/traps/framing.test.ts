import type { Filter } from '@sluice/plugin-api'
import { settled } from '../support/settled.ts'
import { ask, trap } from '../support/trap.ts'
import { scriptedUpstream, upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

trap('an HTTP/1.0 client gets a chunked answer unchunked, and the end of the connection for its end', async scene => {
  const { t, gateway } = scene
  const { url } = await upstream(t, (_req, res) => {
    res.write('a')
    res.end('b')
  })
  const g = await gateway([{ upstream: url }])
  for (const fields of [['host: x'], ['host: x', 'connection: keep-alive'], []]) {
    const wire = await Wire.to(g.url)
    wire.write('GET /mcp HTTP/1.0', ...fields, '', '')
    await wire.closed
    t.match(wire.received, /^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nab$/)
    t.notMatch(wire.received, /transfer-encoding/i)
  }
})

trap('an HTTP/1.0 client that asks for it keeps its connection where the length is known', async ({ t, gateway }) => {
  const { url } = await upstream(t, (_req, res) => void res.setHeader('content-length', '2').end('ok'))
  const g = await gateway([{ upstream: url }])
  const wire = await Wire.to(g.url)
  for (let i = 0; i < 2; i++) {
    wire.received = ''
    wire.write('GET /mcp HTTP/1.0', 'connection: keep-alive', '', '')
    t.match(await wire.until(/\r\n\r\nok$/), /connection: keep-alive/i)
  }
  wire.received = ''
  wire.write('GET /mcp HTTP/1.0', '', '')
  await wire.closed
  t.match(wire.received, /\r\n\r\nok$/, 'and loses it where it does not')
})

trap('pipelined requests are answered in order, also those that are refused', async ({ t, gateway }) => {
  const seen: string[] = []
  const { url } = await upstream(t, (req, res) => {
    req.setEncoding('latin1')
    let body = ''
    req.on('data', (text: string) => (body += text))
    req.on('end', () => {
      seen.push(`${req.method} ${req.url} ${body}`)
      // The first is slower than those behind it.
      setImmediate(() => res.end(`<${req.url}>`))
    })
  })
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway([
    { path: '/', prefix: true, upstream: url },
    { path: '/no', name: 'no', upstream: url, filters: [refusing] }
  ])
  const wire = await Wire.to(g.url)
  wire.socket.write(
    'POST /1 HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\none' +
      'POST /no HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nno 1' +
      'GET /2 HTTP/1.1\r\nhost: x\r\n\r\n' +
      'POST /3 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nthree\r\n0\r\n\r\n' +
      'GET /no HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n' +
      'GET /never HTTP/1.1\r\nhost: x\r\n\r\n'
  )
  await wire.closed
  const answers = Array.from(wire.received.matchAll(/<\/\d>|"code":"TEST_NO"/g), ([answer]) => answer)
  t.strictSame(answers, ['</1>', '"code":"TEST_NO"', '</2>', '</3>', '"code":"TEST_NO"'])
  t.strictSame(seen.toSorted(), ['GET /2 ', 'POST /1 one', 'POST /3 three'])
})

trap('a body whose chunks are none is 400 while nothing of an answer is out', async ({ t, gateway }) => {
  const server = await upstream(t)
  const ends: string[] = []
  const noting: Filter = { onFinish: ({ status, ended }) => void ends.push(`${status} ${ended}`) }
  const reading: Filter = { mcp: { requests: ['*'] }, onMcpRequest: () => undefined }
  const refusing: Filter = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const waiting: Filter = { onRequest: () => new Promise(() => {}) }
  const g = await gateway([
    { path: '/sent', name: 'sent', upstream: server.url, filters: [noting] },
    { path: '/read', name: 'read', upstream: server.url, filters: [noting, reading] },
    { path: '/refused', name: 'refused', upstream: server.url, filters: [noting, refusing] },
    { path: '/waiting', name: 'waiting', upstream: server.url, filters: [noting, waiting] }
  ])
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`
  const malformed = /^HTTP\/1.1 400 [^]*x-sluice-error: SLUICE_REQUEST_MALFORMED[^]*"jsonrpc":"2.0"[^]*}$/
  for (const together of [true, false]) {
    for (const path of ['/sent', '/read', '/waiting', '/refused']) {
      const wire = await Wire.to(g.url)
      const reached = path === '/sent' ? server.next() : undefined
      if (together) wire.write(`${head(path)}5\r\nhello\r\nnonsense\r\n`)
      else {
        wire.write(`${head(path)}5\r\nhello\r\n`)
        if (reached === undefined) await ask(g.url, '/refused')
        else await reached
        wire.write('nonsense\r\nand more of it\r\n')
      }
      const torn = reached?.then(([req]) => new Promise(resolve => req.once('error', resolve)))
      await wire.until(path === '/refused' ? /403 [^]*TEST_NO[^]*}$/ : malformed)
      t.equal(wire.received.match(/^HTTP\/1.1 /gm)?.length, 1, path)
      if (!together && torn) t.match(await torn, { code: 'ECONNRESET' })
      wire.socket.destroy()
    }
  }
  t.equal(ends.filter(end => end === '400 complete').length, 6)
  const begun = await Wire.to(g.url)
  const reached = server.next()
  begun.write(`${head('/sent')}5\r\nhello\r\n`)
  const [, res] = await reached
  res.write('begun')
  await begun.until(/begun/)
  begun.write('nonsense\r\n')
  await begun.closed
  t.notMatch(begun.received, /400|0\r\n\r\n$/, 'an answer that has begun is torn')
})

trap('chunk extensions and trailers end at the gateway, in both directions', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'transfer-encoding: chunked', 'trailer: x-forged', '', '')
  wire.write('5;name="va lue";x', 'hello', '6;y=1', ' world', '0;z', 'x-forged: 1', 'authorization: Bearer t', '', '')
  const behind = await server.connection(0)
  await behind.until(/world/)
  t.notMatch(behind.received, /forged|Bearer|trailer|name=|;[xyz]/i)
  behind.write('HTTP/1.1 200 OK', 'transfer-encoding: chunked', 'trailer: set-cookie', '', '')
  behind.write('3;a=b', 'one', '3;c="d"', 'two', '0;e', 'set-cookie: a=b', 'www-authenticate: Basic', '', '')
  await wire.until(/0\r\n\r\n$/)
  t.match(wire.received, /one[^]*two/)
  t.notMatch(wire.received, /a=b|;c|;e|cookie|authenticate/i)
  wire.received = behind.received = ''
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  await behind.until(/^GET [^]*\r\n\r\n$/)
  behind.write('HTTP/1.1 200 OK', 'content-length: 2', '', 'ok')
  t.match(await wire.until(/ok$/), /^HTTP\/1.1 200 OK/, 'what followed the trailers was not taken for a message')
})

trap('what a client sends beyond its length is its next request, never more body', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 4', '', 'bodyand more of it', '', '')
  const behind = await server.connection(0)
  await behind.until(/\r\n\r\nbody$/)
  behind.write('HTTP/1.1 200 OK', 'content-length: 2', '', 'ok')
  await wire.closed
  t.equal(behind.received.match(/body/g)?.length, 1)
  t.notMatch(behind.received, /more/)
  t.equal(wire.received.match(/HTTP\/1.1 200/g)?.length ?? 0, wire.received === '' ? 0 : 1)
})

trap('a small body arrives whole, in however many pieces it comes', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url, filters: [{ onRequest: x => void arrived.push(x.id) }] }])
  const arrived: string[] = []
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 10', '', 'hello')
  await settled(() => arrived.length > 0, 'the head and the first piece are here')
  wire.write('world')
  const behind = await server.connection(0)
  await behind.until(/content-length: 10\r\n(?:[^]*\r\n)?\r\nhelloworld$/i)
  behind.write('HTTP/1.1 200 OK', 'content-length: 2', '', 'ok')
  await wire.until(/ok$/)
})

trap('what follows an answer that closed the connection is not carried out', async ({ t, gateway }) => {
  const seen: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    seen.push(req.url)
    res.end('served')
  })
  const refusing = { onRequest: () => ({ status: 403, code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway([
    { path: '/', prefix: true, upstream: url },
    { path: '/no', name: 'no', upstream: url, filters: [refusing] }
  ])
  t.match(await ask(g.url, '/warm'), /served/, 'there is a connection to the upstream already')
  const wire = await Wire.to(g.url)
  wire.socket.write(
    'POST /no HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n' +
      'POST /behind HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi'
  )
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 403[^]*connection: close/i)
  t.match(await ask(g.url, '/after'), /served/)
  t.strictSame(seen, ['/warm', '/after'])
})

trap('an answer with a transfer coding that nobody asked for is 502', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  for (const [i, coding] of ['gzip, chunked', 'gzip', 'chunked, chunked'].entries()) {
    const asked = ask(g.url)
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n/)
    behind.write('HTTP/1.1 200 OK', `transfer-encoding: ${coding}`, '', '4', 'code', '0', '', '')
    behind.socket.end()
    t.match(await asked, /^HTTP\/1.1 502[^]*SLUICE_UPSTREAM_INVALID_RESPONSE/, coding)
  }
})

trap('a body that ends before its length never makes a whole request', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  for (const [i, size] of [100, 1_000_000].entries()) {
    const wire = await Wire.to(g.url)
    wire.write('POST /mcp HTTP/1.1', 'host: x', `content-length: ${size}`, '', 'x'.repeat(50))
    if (size < 1000) {
      // Small bodies are collected first: nothing of it has gone out.
      wire.socket.end()
      await wire.closed
      t.equal(server.wires.length, 0)
      continue
    }
    const behind = await server.connection(i - 1)
    await behind.until(/x{50}/)
    wire.socket.end()
    await behind.closed
    t.match(behind.received, /x{50}$/, 'torn, not ended')
  }
})

trap('an answer shorter than its length is torn, a longer one is cut there and its connection closed', async scene => {
  const { t, gateway } = scene
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const short = await Wire.to(g.url)
  short.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const first = await server.connection(0)
  await first.until(/\r\n\r\n/)
  first.write('HTTP/1.1 200 OK', 'content-length: 10', '', 'short')
  await short.until(/short$/)
  first.socket.end()
  await short.closed
  t.match(short.received, /content-length: 10[^]*short$/i, 'the client sees that something is missing')
  const long = await Wire.to(g.url)
  long.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const second = await server.connection(1)
  await second.until(/\r\n\r\n/)
  second.write('HTTP/1.1 200 OK', 'content-length: 2', '', 'okHTTP/1.1 200 OK', 'content-length: 6', '', 'forged')
  await second.closed
  await long.until(/\r\n\r\nok/)
  long.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const third = await server.connection(2)
  await third.until(/\r\n\r\n/)
  third.write('HTTP/1.1 200 OK', 'content-length: 4', '', 'real')
  t.match(await long.until(/real$/), /\r\n\r\nokHTTP\/1.1 200 OK[^]*real$/)
  t.notMatch(long.received, /forged/)
})

trap('an answer that only the close ends is torn where a reset takes its place', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const whole = ask(g.url)
  const first = await server.connection(0)
  await first.until(/\r\n\r\n/)
  first.write('HTTP/1.1 200 OK', 'connection: close', '', 'whole')
  first.socket.end()
  t.match(await whole, /whole\r\n0\r\n\r\n$/)
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  const second = await server.connection(1)
  await second.until(/\r\n\r\n/)
  second.write('HTTP/1.1 200 OK', 'connection: close', '', 'half')
  await wire.until(/half/)
  second.socket.resetAndDestroy()
  await wire.closed
  t.notMatch(wire.received, /0\r\n\r\n$/, 'half an answer is never taken for a whole one')
  t.ok(g.log.some(line => line.fields['code'] === 'SLUICE_UPSTREAM_TORN'))
})

trap('response heads of just under 64 KiB pass, larger ones are 502', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  for (const [i, [fields, status]] of (
    [
      [62, '200'],
      [70, '502']
    ] as const
  ).entries()) {
    const asked = ask(g.url)
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n/)
    const large = Array.from({ length: fields }, (_, n) => `x-${n}: ${'v'.repeat(1015)}`)
    behind.write('HTTP/1.1 200 OK', ...large, 'content-length: 2', 'connection: close', '', 'ok')
    const answer = await asked
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
    if (status === '200')
      t.ok(
        large.every(line => answer.includes(line)),
        'every field of it'
      )
    else t.match(answer, /SLUICE_UPSTREAM_/)
  }
})
