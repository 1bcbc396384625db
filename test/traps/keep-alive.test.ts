import { settled } from '../support/settled.ts'
import { ask, trap } from '../support/trap.ts'
import { scriptedUpstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

const OK = ['HTTP/1.1 200 OK', 'content-length: 2', '', 'ok']

trap('a request that may have reached the upstream is not sent again', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const rows = [
    ['GET', ''],
    ['HEAD', ''],
    ['DELETE', ''],
    ['PUT', 'content-length: 2\r\n\r\n{}'],
    ['POST', 'content-length: 2\r\n\r\n{}'],
    ['POST', `content-length: 70000\r\n\r\n${'x'.repeat(70_000)}`],
    ['POST', 'transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n']
  ] as const
  for (const [i, [method, rest]] of rows.entries()) {
    const wire = await Wire.to(g.url)
    wire.socket.write(`${method} /mcp HTTP/1.1\r\nhost: x\r\n${rest === '' ? '\r\n' : rest}`)
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n/)
    if (i % 2 === 0) behind.socket.destroy()
    else behind.socket.resetAndDestroy()
    t.match(await wire.until(/\r\n\r\n/), /^HTTP\/1.1 502 [^]*x-sluice-error: SLUICE_UPSTREAM_CLOSED/, method)
  }
  const asked = ask(g.url)
  const behind = await server.connection(rows.length)
  await behind.until(/\r\n\r\n/)
  behind.write(...OK)
  t.match(await asked, /ok$/)
  t.equal(server.wires.length, rows.length + 1, 'one connection each')
})

trap('an upstream that closes an idle connection as it is used gets no request twice', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  for (const [i, [method, body]] of (
    [
      ['GET', ''],
      ['POST', '{}'],
      ['DELETE', '']
    ] as const
  ).entries()) {
    const wire = await Wire.to(g.url)
    const lines = [`${method} /mcp HTTP/1.1`, 'host: x', `content-length: ${body.length}`, '', body]
    wire.write(...lines)
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n/)
    behind.write(...OK)
    await wire.until(/ok$/)
    wire.received = behind.received = ''
    wire.write(...lines)
    await behind.until(/\r\n\r\n/)
    behind.socket.resetAndDestroy()
    t.match(await wire.until(/SLUICE_UPSTREAM_CLOSED"/), /^HTTP\/1.1 502 Bad Gateway\r\n/, method)
    t.equal(server.wires.length, i + 1, 'it came once')
    t.equal(behind.received.match(/^[A-Z]+ \//gm)?.length, 1)
  }
})

trap('an idle connection that the upstream has closed is not used', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const wire = await Wire.to(g.url)
  for (let i = 0; i < 10; i++) {
    wire.received = ''
    wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 2', '', '{}')
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n{}/)
    // Keep-alive as far as the answer says, and closed behind it.
    behind.socket.end(OK.join('\r\n'))
    t.match(await wire.until(/\r\n\r\n.+$/), /^HTTP\/1.1 200 OK/)
    await behind.closed
  }
  t.equal(server.wires.length, 10)
})

trap('a request that races with the close of its connection is answered once or is 502', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: { url: server.url, connections: 1 } }])
  let sent = 0
  const served = new Set<string>()
  const seen: string[] = []
  const serve = (wire: Wire): void => {
    wire.socket.on('data', () => {
      for (const [, id] of wire.received.matchAll(/\/\?(\d+) /g)) seen.push(id!)
      wire.received = ''
      wire.socket.end(OK.join('\r\n'))
    })
  }
  let known = 0
  const adopt = (): void => {
    for (; known < server.wires.length; known++) serve(server.wires[known]!)
  }
  const wire = await Wire.to(g.url)
  for (; sent < 40; sent++) {
    wire.received = ''
    wire.write(`POST /mcp?${sent} HTTP/1.1`, 'host: x', 'content-length: 2', '', '{}')
    const answered = wire.until(/\r\n\r\n(?:ok|{.*})$/)
    while (!/\r\n\r\n(?:ok|{.*})$/.test(wire.received)) {
      adopt()
      await Promise.race([answered, server.connection(known)])
    }
    t.match(wire.received, /^HTTP\/1.1 (?:200|502)/)
    if (wire.received.startsWith('HTTP/1.1 200')) served.add(String(sent))
  }
  t.equal(new Set(seen).size, seen.length, 'none came twice')
  for (const id of served) t.ok(seen.includes(id))
})

trap('a connection for which the upstream gives less than a second is not used again', async ({ t, gateway }) => {
  const server = await scriptedUpstream(t)
  const g = await gateway([{ upstream: server.url }])
  const wire = await Wire.to(g.url)
  for (const [i, fields] of [['keep-alive: timeout=1'], ['connection: close'], []].entries()) {
    wire.received = ''
    wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
    const behind = await server.connection(i)
    await behind.until(/\r\n\r\n/)
    behind.write('HTTP/1.1 200 OK', 'content-length: 2', ...fields, '', 'ok')
    t.notMatch(await wire.until(/ok$/), /timeout=1\r|connection: close/, "the client's connection is another matter")
  }
  await settled(() => server.wires[0]!.socket.closed && server.wires[1]!.socket.closed, 'the gateway closed both')
  t.equal(server.wires.length, 3)
})
