// node sign-in-and-call.ts URL CLIENT_ID: signs in as a person does at the emulator's page, lists tools and calls one.
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { startCallbackListener } from '../../packages/demo/src/callback-listener.ts'
import { newClient } from '../../packages/demo/src/new-client.ts'
import { PublicClientProvider } from '../../packages/demo/src/oauth-provider.ts'

const [, , url = '', clientId = ''] = process.argv
const callback = await startCallbackListener()
let opened: URL | undefined
const provider = new PublicClientProvider(clientId, callback.redirectUri, to => void (opened = to))
const transport = (): StreamableHTTPClientTransport =>
  new StreamableHTTPClientTransport(new URL(url), { authProvider: provider })

const refused = await newClient()
  .connect(transport())
  .then(() => undefined, String)
if (opened === undefined) throw new Error(`The client did not ask to sign in: ${refused}`)
await chooseAda(opened)
await transport().finishAuth(await callback.response)

const client = newClient()
await client.connect(transport())
const { tools } = await client.listTools()
const { content } = await client.callTool({ name: 'echo', arguments: { text: 'contained' } })
await client.close()
await callback.close()
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), content }))

/** Clicks on her name; the browser then goes back to the client. */
async function chooseAda(page: URL): Promise<void> {
  const text = await (await fetch(page)).text()
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? []
  const [, interaction = ''] = /name="interaction" value="([^"]+)"/.exec(text) ?? []
  const [, person = ''] = /name="person" value="([^"]+)"[^>]*>[^<]*Ada/.exec(text) ?? []
  await fetch(new URL(action, page), { method: 'POST', body: new URLSearchParams({ interaction, person }) })
}
