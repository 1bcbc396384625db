import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import t, { type Test } from 'tap'
import { startCallbackListener } from '../packages/demo/src/callback-listener.ts'
import { PublicClientProvider } from '../packages/demo/src/oauth-provider.ts'
import { CLIENT } from './support/contoso.ts'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade, KNOWN } from './support/facade.ts'

/** An MCP client, as far as both SDKs have the same. */
interface Sdk {
  /** Connects, or is told to sign in. */
  connect(
    mcp: string,
    provider: PublicClientProvider
  ): Promise<{
    listTools(): Promise<{ tools: { name: string }[] }>
    callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>
    close(): Promise<void>
  }>
  finish(mcp: string, provider: PublicClientProvider, response: URLSearchParams): Promise<void>
}

const v2 = (options: ConstructorParameters<typeof Client>[1]): Sdk => {
  const transport = (mcp: string, authProvider: PublicClientProvider) =>
    new StreamableHTTPClientTransport(new URL(mcp), { authProvider })
  return {
    async connect(mcp, provider) {
      const client = new Client({ name: 'test', version: '1' }, options)
      await client.connect(transport(mcp, provider))
      return client
    },
    finish: (mcp, provider, response) => transport(mcp, provider).finishAuth(response)
  }
}

const v1: Sdk = {
  async connect(mcp, authProvider) {
    const client = new ClientV1({ name: 'test', version: '1' })
    await client.connect(new TransportV1(new URL(mcp), { authProvider }))
    return client
  },
  finish: (mcp, authProvider, response) =>
    new TransportV1(new URL(mcp), { authProvider }).finishAuth(response.get('code')!)
}

const sdks: Record<string, Sdk> = {
  'SDK 1.32': v1,
  'SDK 2.4, legacy era': v2({}),
  'SDK 2.4, 2026-07-28': v2({ versionNegotiation: { mode: 'auto' } })
}

/** A client that was told to sign in, and the browser that it opened. */
const begun = async (t: Test, sdk: Sdk, mcp: string, clientId: string) => {
  const listener = await startCallbackListener()
  t.teardown(() => listener.close())
  let opened = ''
  const provider = new PublicClientProvider(clientId, listener.redirectUri, url => void (opened = url.href))
  await t.rejects(sdk.connect(mcp, provider), /Unauthorized/)
  return { listener, provider, opened: new URL(opened), browser: new CookieBrowser() }
}

for (const [name, sdk] of Object.entries(sdks)) {
  t.test(`${name} signs in through the facade, lists, calls, and refreshes once the token has expired`, async t => {
    const { mcp, issuer, entra } = await facade(t)
    const { listener, provider, opened, browser } = await begun(t, sdk, mcp, KNOWN)
    t.equal(opened.origin + opened.pathname, `${issuer}/authorize`)
    t.equal(opened.searchParams.get('resource'), mcp, 'the client sends resource, as it must')
    const page = await browser.open(opened)
    t.match(page.text, /A known client/)
    t.notOk(
      entra.requests.some(path => path.endsWith('/authorize')),
      'nothing was asked of Entra before the person said yes'
    )
    await browser.press(page, 'decision', 'allow')
    const response = await listener.response
    t.equal(response.get('iss'), issuer)
    await sdk.finish(mcp, provider, response)
    const client = await sdk.connect(mcp, provider)
    t.teardown(() => client.close())
    t.ok((await client.listTools()).tools.some(tool => tool.name === 'echo'))
    t.match(await client.callTool({ name: 'echo', arguments: { text: 'å' } }), {
      content: [{ type: 'text', text: 'å' }]
    })

    const before = provider.tokens()!
    t.notOk('id_token' in before)
    provider.saveTokens({ ...before, access_token: entra.issueToken({ scopes: ['mcp_access'], expiresIn: -3600 }) })
    t.match(await client.callTool({ name: 'echo', arguments: { text: 'again' } }), { content: [{ text: 'again' }] })
    t.not(provider.tokens()!.access_token, before.access_token, 'the client refreshed, and went on')
  })

  t.test(`${name} without the facade fails: AADSTS9010010`, async t => {
    const { mcp } = await facade(t, { facade: false })
    const { listener, opened, browser } = await begun(t, sdk, mcp, CLIENT)
    await browser.open(opened)
    t.match((await listener.response).get('error_description'), /^AADSTS9010010/)
  })
}
