import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t from 'tap'
import { startDemoMcpServer } from '../src/server.ts'

/** What the tests need of a client, whichever SDK it is from. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  readResource(params: { uri: string }): Promise<{ contents: unknown[] }>
  getPrompt(params: { name: string; arguments: Record<string, string> }): Promise<{ messages: unknown[] }>
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<Record<string, unknown>>
  close(): Promise<void>
}

interface CallOptions {
  onprogress?: (progress: { progress: number; message?: string | undefined }) => void
  signal?: AbortSignal
}

type Test = Pick<typeof t, 'equal' | 'type'>

const INFO = { name: 'test', version: '1.0.0' }

const connectModern = async (t: Test, url: string, mode: 'legacy' | 'auto'): Promise<AnyClient> => {
  const client = new ModernClient(INFO, { versionNegotiation: { mode } })
  await client.connect(new ModernTransport(new URL(url)))
  t.equal(client.getNegotiatedProtocolVersion(), mode === 'auto' ? '2026-07-28' : '2025-11-25')
  return Object.assign(client, {
    call: (name: string, args: Record<string, unknown>, options?: CallOptions) =>
      client.callTool({ name, arguments: args }, options)
  })
}

const connectLegacy = async (t: Test, url: string): Promise<AnyClient> => {
  const client = new LegacyClient(INFO)
  const transport = new LegacyTransport(new URL(url))
  await client.connect(transport)
  t.type(transport.sessionId, 'string', 'the server opened a session')
  return Object.assign(client, {
    call: (name: string, args: Record<string, unknown>, options?: CallOptions) =>
      client.callTool({ name, arguments: args }, undefined, options)
  })
}

const CLIENTS: Record<string, (t: Test, url: string) => Promise<AnyClient>> = {
  'SDK 1.32': connectLegacy,
  'SDK 2.4 by default': (t, url) => connectModern(t, url, 'legacy'),
  'SDK 2.4 that negotiates 2026-07-28': (t, url) => connectModern(t, url, 'auto')
}

for (const [name, connect] of Object.entries(CLIENTS)) {
  void t.test(`${name} lists and uses everything the server offers`, async t => {
    const server = await startDemoMcpServer()
    t.teardown(() => server.close())
    const client = await connect(t, server.url)
    t.teardown(() => client.close())

    const { tools } = await client.listTools()
    t.same(
      tools.map(tool => tool.name),
      ['echo', 'add', 'headers', 'countdown']
    )
    t.match(await client.call('echo', { text: 'å' }), { content: [{ type: 'text', text: 'å' }] })
    t.match(await client.call('add', { a: 2, b: 3 }), { structuredContent: { sum: 5 } })
    const { structuredContent } = await client.call('headers', {})
    t.match(structuredContent, { headers: { 'content-type': 'application/json', host: `127.0.0.1:${server.port}` } })
    t.match(await client.readResource({ uri: 'demo://greeting' }), {
      contents: [{ uri: 'demo://greeting', mimeType: 'text/plain', text: /Hello/ }]
    })
    t.match(await client.getPrompt({ name: 'introduce', arguments: { name: 'Ada' } }), {
      messages: [{ role: 'user', content: { type: 'text', text: /Ada/ } }]
    })
  })

  void t.test(`${name} gets each count while the countdown still runs`, async t => {
    const steps: (() => void)[] = []
    const step = (): Promise<void> => new Promise(release => steps.push(release))
    const server = await startDemoMcpServer({ step })
    t.teardown(() => server.close())
    const client = await connect(t, server.url)
    t.teardown(() => client.close())

    const seen: string[] = []
    let arrived = Promise.withResolvers<void>()
    const result = client.call(
      'countdown',
      { from: 3 },
      {
        onprogress({ progress, message }) {
          seen.push(`${progress}:${message}`)
          arrived.resolve()
        }
      }
    )
    let done = false
    void result.then(() => (done = true))
    for (const expected of ['1:3', '2:2', '3:1']) {
      await arrived.promise
      arrived = Promise.withResolvers<void>()
      t.equal(seen.at(-1), expected)
      t.equal(done, false, 'the call has not ended')
      t.equal(steps.length, seen.length, 'the server waits before the next count')
      steps.at(-1)!()
    }
    t.match(await result, { content: [{ type: 'text', text: 'Counted down from 3.' }] })
    t.equal(seen.length, 3)
  })

  void t.test(`${name} that cancels a call aborts the tool`, async t => {
    const called = Promise.withResolvers<AbortSignal>()
    const steps: (() => void)[] = []
    const server = await startDemoMcpServer({
      step: () => new Promise(release => steps.push(release)),
      onCall: (name, signal) => void (name === 'countdown' && called.resolve(signal))
    })
    t.teardown(() => server.close())
    const client = await connect(t, server.url)
    t.teardown(() => client.close())

    const cancel = new AbortController()
    const result = client.call('countdown', { from: 3 }, { signal: cancel.signal, onprogress: () => {} })
    const signal = await called.promise
    t.equal(signal.aborted, false)
    const aborted = new Promise(resolve => signal.addEventListener('abort', resolve))
    cancel.abort()
    await t.rejects(result)
    await aborted
    steps[0]?.()
    await client.call('echo', { text: 'meanwhile' })
    t.equal(steps.length, 1, 'the countdown does not go on')
  })
}

void t.test('closing the server aborts the calls that run', async t => {
  for (const [name, connect] of Object.entries(CLIENTS)) {
    const called = Promise.withResolvers<AbortSignal>()
    const server = await startDemoMcpServer({
      step: () => new Promise(() => {}),
      onCall: (_name, signal) => called.resolve(signal)
    })
    const client = await connect(t, server.url)
    t.teardown(() => client.close())
    const result = client.call('countdown', { from: 1 })
    result.catch(() => {})
    const signal = await called.promise
    await server.close()
    t.equal(signal.aborted, true, name)
    await client.close()
    await t.rejects(result)
  }
})

const post = (url: string, method: string, headers: Record<string, string>, params: object = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  })

void t.test('the tool headers tells no value that could be a secret', async t => {
  const server = await startDemoMcpServer()
  t.teardown(() => server.close())
  const secret = 'not-to-be-told'
  const response = await post(
    server.url,
    'tools/call',
    { authorization: `Bearer ${secret}`, cookie: secret, 'x-api-key': secret, 'x-request-id': 'shown' },
    { name: 'headers', arguments: {} }
  )
  const body = await response.text()
  t.equal(response.status, 200, 'a request without a session is answered')
  t.notMatch(body, secret)
  for (const name of ['authorization', 'cookie', 'x-api-key']) t.match(body, name)
  t.match(body, 'shown')
})

void t.test('a session has a GET stream, and ends with DELETE', async t => {
  const server = await startDemoMcpServer()
  t.teardown(() => server.close())
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO }
  const opened = await post(server.url, 'initialize', {}, params)
  await opened.body?.cancel()
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const cases = [
    { method: 'GET', headers: session, status: 200, type: 'text/event-stream' },
    { method: 'GET', headers: {}, status: 405, type: 'application/json' },
    { method: 'DELETE', headers: session, status: 200, type: null },
    { method: 'GET', headers: session, status: 404, type: 'application/json' }
  ]
  for (const { method, headers, status, type } of cases) {
    const response = await fetch(server.url, { method, headers: { accept: 'text/event-stream', ...headers } })
    t.equal(response.status, status, `${method} ${JSON.stringify(Object.keys(headers))}`)
    t.equal(response.headers.get('content-type'), type)
    await response.body?.cancel()
  }
})

void t.test('only the MCP path, and only hosts and origins of this machine, are answered', async t => {
  const server = await startDemoMcpServer()
  t.teardown(() => server.close())
  const foreign = await post(server.url, 'ping', { origin: 'https://attacker.example' })
  t.equal(foreign.status, 403)
  const elsewhere = await fetch(new URL('/other', server.url))
  t.equal(elsewhere.status, 404)
  t.match(await elsewhere.text(), '/mcp')
})
