import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t, { type Test } from 'tap'
import { CLIENT, contoso, TENANT } from './support/contoso.ts'
import { oauthClient } from './support/oauth-client.ts'

/** Holds the countdown of the MCP server at each count until the test lets it go on. */
const heldSteps = () => {
  const waiting: (() => void)[] = []
  const arrivals: (() => void)[] = []
  return {
    step: () =>
      new Promise<void>(resolve => {
        waiting.push(resolve)
        arrivals.shift()?.()
      }),
    /** Lets one step go on, which must have been reached. */
    release: async () => {
      if (waiting.length === 0) await new Promise<void>(resolve => arrivals.push(resolve))
      waiting.shift()!()
    }
  }
}

/** What the three kinds of client have in common. */
interface Calls {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(
    params: { name: string; arguments: Record<string, unknown> },
    onprogress?: (progress: { progress: number }) => void
  ): Promise<unknown>
  readResource(params: { uri: string }): Promise<{ contents: unknown[] }>
  close(): Promise<void>
}

type SignedIn = (t: Test, mcp: string) => Promise<{ calls: Calls; request: URL; protocol: string | undefined }>

const v2 =
  (options: ConstructorParameters<typeof Client>[1]): SignedIn =>
  async (t, mcp) => {
    const { provider, request, signIn } = await oauthClient(t, CLIENT)
    const transport = () => new StreamableHTTPClientTransport(new URL(mcp), { authProvider: provider })
    const make = () => new Client({ name: 'test', version: '1' }, options)
    const first = transport()
    await t.rejects(make().connect(first), UnauthorizedError)
    await first.finishAuth(await signIn())
    const client = make()
    await client.connect(transport())
    const calls: Calls = {
      listTools: () => client.listTools(),
      callTool: (params, onprogress) => client.callTool(params, { ...(onprogress && { onprogress }) }),
      readResource: params => client.readResource(params),
      close: () => client.close()
    }
    return { calls, request: request()!, protocol: client.getNegotiatedProtocolVersion() }
  }

const v1: SignedIn = async (t, mcp) => {
  const { provider, request, signIn } = await oauthClient(t, CLIENT)
  const make = () => new ClientV1({ name: 'test', version: '1' })
  // The provider of the 2.x SDK has what the 1.x one asks for; only their types differ.
  const transport = () => new TransportV1(new URL(mcp), { authProvider: provider })
  const first = transport()
  await t.rejects(make().connect(first), /Unauthorized/)
  await first.finishAuth((await signIn()).get('code')!)
  const client = make()
  const second = transport()
  await client.connect(second)
  const calls: Calls = {
    listTools: () => client.listTools(),
    callTool: (params, onprogress) => client.callTool(params, undefined, { ...(onprogress && { onprogress }) }),
    readResource: params => client.readResource(params),
    close: () => client.close()
  }
  return { calls, request: request()!, protocol: second.protocolVersion }
}

const clients: Record<string, { signedIn: SignedIn; protocol: string }> = {
  'SDK 1.32': { signedIn: v1, protocol: '2025-11-25' },
  'SDK 2.4, legacy era': { signedIn: v2({}), protocol: '2025-11-25' },
  'SDK 2.4, 2026-07-28': { signedIn: v2({ versionNegotiation: { mode: 'auto' } }), protocol: '2026-07-28' }
}

for (const [name, { signedIn, protocol: expected }] of Object.entries(clients)) {
  t.test(`${name} signs in, lists, reads, calls, and sees progress while the tool is still running`, async t => {
    const { step, release } = heldSteps()
    const { mcp, entra } = await contoso(t, { server: { step } })
    const { calls, request, protocol } = await signedIn(t, mcp)
    t.equal(protocol, expected)
    t.match(Object.fromEntries(request.searchParams), {
      client_id: CLIENT,
      code_challenge_method: 'S256',
      resource: mcp,
      scope: `${mcp}/mcp_access`
    })
    t.ok(request.href.startsWith(`${entra.authority}/${TENANT}/oauth2/v2.0/authorize?`))
    t.ok((await calls.listTools()).tools.some(tool => tool.name === 'countdown'))
    t.equal((await calls.readResource({ uri: 'demo://greeting' })).contents.length, 1)

    const events: number[] = []
    let arrived = (): void => {}
    const running = calls.callTool({ name: 'countdown', arguments: { from: 3, delayMs: 0 } }, ({ progress }) => {
      events.push(progress)
      arrived()
    })
    for (const count of [1, 2, 3]) {
      if (events.length < count) await new Promise<void>(resolve => (arrived = resolve))
      t.strictSame(events.length, count, `event ${count} is here, and the tool waits`)
      await release()
    }
    t.match(await running, { content: [{ text: 'Counted down from 3.' }] })
    const headers = await calls.callTool({ name: 'headers', arguments: {} })
    t.notMatch(JSON.stringify(headers), /"authorization"/i, 'the token did not reach the server')
    await calls.close()
  })
}

t.test('a client of 2026-07-28 that closes the stream cancels the tool', async t => {
  const called = Promise.withResolvers<AbortSignal>()
  const never = new Promise<void>(() => {})
  const { mcp } = await contoso(t, { server: { step: () => never, onCall: (_name, signal) => called.resolve(signal) } })
  const { provider, signIn } = await oauthClient(t, CLIENT)
  const transport = () => new StreamableHTTPClientTransport(new URL(mcp), { authProvider: provider })
  const options = { versionNegotiation: { mode: 'auto' } } as const
  const first = transport()
  await t.rejects(new Client({ name: 'test', version: '1' }, options).connect(first), UnauthorizedError)
  await first.finishAuth(await signIn())
  const client = new Client({ name: 'test', version: '1' }, options)
  await client.connect(transport())
  const cancel = new AbortController()
  const params = { name: 'countdown', arguments: { from: 3, delayMs: 0 } }
  const running = client.callTool(params, { signal: cancel.signal, onprogress: () => {} })
  const signal = await called.promise
  const aborted = new Promise(resolve => signal.addEventListener('abort', resolve))
  cancel.abort()
  await t.rejects(running)
  await aborted
  t.pass('the tool was told')
  await client.close()
})
