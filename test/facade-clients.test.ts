import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Stream } from 'node:stream'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import t, { type Test } from 'tap'
import { CLIENT } from './support/contoso.ts'
import { CookieBrowser } from './support/cookie-browser.ts'
import { facade, type FacadeOptions } from './support/facade.ts'
import { freePort } from './support/free-port.ts'

const { resolve } = createRequire(import.meta.url)
const INSPECTOR = resolve('@modelcontextprotocol/inspector/package.json').replace(
  'package.json',
  'clients/launcher/build/index.js'
)
const MCP_REMOTE = resolve('mcp-remote/dist/proxy.js')
const TOOLS = ['echo', 'add', 'headers', 'countdown']

const CALLBACKS = ['http://127.0.0.1/oauth/callback', 'http://localhost/oauth/callback']

/** Whatever they open as a browser does nothing: the test reads the address, and is the browser. */
const environment = (t: Test): Record<string, string> => {
  const folder = t.testdir({})
  const inspector = { MCP_STORAGE_DIR: folder, MCP_INSPECTOR_SECRET_STORE: 'file', MCP_AUTO_OPEN_ENABLED: 'true' }
  return { HOME: folder, MCP_REMOTE_CONFIG_DIR: folder, ...inspector, BROWSER: '/bin/true' }
}

/** The address that a client wants opened, from what it says while it waits. */
const addressIn = (stderr: Stream): Promise<string> => {
  let said = ''
  return new Promise((resolve, reject) => {
    stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
      const [url] = /https?:\/\/\S+\/authorize\?\S+(?=\s)/.exec(said) ?? []
      if (url !== undefined) resolve(url)
    })
    stderr.on('end', () => reject(new Error(`it never asked to sign in: ${said}`)))
  })
}

/** Signs in, and allows the client where that is asked. Gives the last address, which is the client's. */
const signIn = async (url: string): Promise<string> => {
  const browser = new CookieBrowser()
  const page = await browser.open(url)
  if (page.text.includes('name="decision"')) await browser.press(page, 'decision', 'allow')
  return browser.history.at(-1) ?? ''
}

const inspector = (mcp: string, env: Record<string, string>, ...more: string[]) => {
  const args = [INSPECTOR, '--cli', mcp, '--transport', 'http', '--method', 'tools/list', ...more]
  const child = spawn(process.execPath, args, { env })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += String(chunk)))
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += String(chunk)))
  const ended = new Promise<number | null>(resolve => child.once('close', resolve)).then(code => ({ code, ...said }))
  return { child, ended, asked: addressIn(child.stderr) }
}

const mcpRemote = (mcp: string, port: number, env: Record<string, string>, ...more: string[]) => {
  const args = [MCP_REMOTE, mcp, String(port), '--transport', 'http-only', ...more]
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: 'pipe' })
  return { transport, asked: addressIn(transport.stderr!) }
}

/** Two hours later, for the gateway and Entra: the token that the client has is no good any more. */
const later = (t: Test): void => {
  const now = Date.now.bind(Date)
  t.intercept(Date, 'now', { value: () => now() + 7_200_000 })
}

const ways: Record<string, { oauth: Record<string, unknown>; inspector: string[]; remote: string[] }> = {
  'by registration': { oauth: { clients: [], registration: 'dcr' }, inspector: [], remote: [] },
  'with a client id': {
    oauth: { clients: [{ id: 'known', redirectUris: CALLBACKS }] },
    inspector: ['--client-id', 'known'],
    remote: ['--static-oauth-client-info', '{"client_id":"known"}']
  }
}

for (const [way, { oauth, ...options }] of Object.entries(ways)) {
  t.test(`MCP Inspector signs in ${way}, lists, and refreshes once the token has expired`, async t => {
    const { mcp } = await facade(t, { oauth })
    const env = environment(t)
    const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`
    const run = () => inspector(mcp, env, '--callback-url', callback, ...options.inspector)
    const first = run()
    t.teardown(() => first.child.kill())
    const [{ code, stdout, stderr }] = await Promise.all([first.ended, first.asked.then(signIn)])
    t.equal(code, 0, stderr)
    t.match(
      JSON.parse(stdout.slice(stdout.indexOf('{'))).tools,
      TOOLS.map(name => ({ name }))
    )
    later(t)
    const second = run()
    t.teardown(() => second.child.kill())
    second.asked.then(
      () => second.child.kill(),
      () => {}
    )
    const again = await second.ended
    t.equal(again.code, 0, `nobody had to sign in again: ${again.stderr}`)
  })

  t.test(`mcp-remote signs in ${way}, lists, calls, and refreshes once the token has expired`, async t => {
    const { mcp } = await facade(t, { oauth })
    const { transport, asked } = mcpRemote(mcp, await freePort(), environment(t), ...options.remote)
    const client = new Client({ name: 'test', version: '1' })
    t.teardown(() => client.close())
    await Promise.all([client.connect(transport), asked.then(signIn)])
    const { tools } = await client.listTools()
    t.strictSame(
      tools.map(({ name }) => name),
      TOOLS
    )
    const echo = (text: string) => client.callTool({ name: 'echo', arguments: { text } })
    t.match(await echo('å'), { content: [{ type: 'text', text: 'å' }] })
    later(t)
    t.match(await echo('later'), { content: [{ type: 'text', text: 'later' }] })
  })
}

/** Without the facade: Entra knows the client, and refuses what it asks for all the same. */
const direct: FacadeOptions = {
  facade: false,
  directory({ tenants: [tenant] }) {
    Object.assign(tenant!.applications[2]!, { redirectUris: { publicClient: CALLBACKS } })
  }
}

t.test('MCP Inspector without the facade fails: AADSTS9010010', async t => {
  const { mcp } = await facade(t, direct)
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`
  const { child, asked, ended } = inspector(mcp, environment(t), '--callback-url', callback, '--client-id', CLIENT)
  t.teardown(() => child.kill())
  t.match(new URL(await signIn(await asked)).searchParams.get('error_description'), /^AADSTS9010010/)
  t.not((await ended).code, 0)
})

t.test('mcp-remote without the facade fails: AADSTS9010010', async t => {
  const { mcp } = await facade(t, direct)
  const info = ['--static-oauth-client-info', JSON.stringify({ client_id: CLIENT })]
  const { transport, asked } = mcpRemote(mcp, await freePort(), environment(t), ...info)
  const client = new Client({ name: 'test', version: '1' })
  t.teardown(() => client.close())
  client.connect(transport).catch(() => {})
  t.match(new URL(await signIn(await asked)).searchParams.get('error_description'), /^AADSTS9010010/)
})
