import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import t, { type Test } from 'tap'
import { contoso } from './support/contoso.ts'

const { resolve } = createRequire(import.meta.url)
const INSPECTOR = resolve('@modelcontextprotocol/inspector/package.json').replace(
  'package.json',
  'clients/launcher/build/index.js'
)
const MCP_REMOTE = resolve('mcp-remote/dist/proxy.js')
const run = promisify(execFile)
const TOOLS = ['echo', 'add', 'headers', 'countdown']

/** A company, the header of somebody who has signed in, and an environment whose configuration is in a folder that goes. */
const signedIn = async (t: Test) => {
  const { mcp, entra } = await contoso(t)
  const header = `Authorization: Bearer ${entra.issueToken({ scopes: ['mcp_access'] })}`
  const folder = t.testdir({})
  return { mcp, header, env: { HOME: folder, MCP_REMOTE_CONFIG_DIR: folder, MCP_STORAGE_DIR: folder } }
}

t.test('MCP Inspector with a token lists and calls the tools', async t => {
  const { mcp, header, env } = await signedIn(t)
  const inspect = async (...args: string[]) => {
    const all = [INSPECTOR, '--cli', mcp, '--transport', 'http', '--header', header, ...args]
    const { stdout } = await run(process.execPath, all, { env, timeout: 60_000 })
    return JSON.parse(stdout)
  }
  const { tools } = await inspect('--method', 'tools/list')
  t.strictSame(
    tools.map(({ name }: { name: string }) => name),
    TOOLS
  )
  t.match(await inspect('--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'text=å'), {
    content: [{ type: 'text', text: 'å' }]
  })
})

t.test('MCP Inspector without a token is refused', async t => {
  const { mcp, env } = await signedIn(t)
  const args = [INSPECTOR, '--cli', mcp, '--transport', 'http', '--stored-auth-only', '--method', 'tools/list']
  const refused = await run(process.execPath, args, { env, timeout: 60_000 }).catch((error: unknown) => error)
  t.match(refused, { code: Number, stderr: /auth_required/ })
})

t.test('mcp-remote with a token lists and calls the tools', async t => {
  const { mcp, header, env } = await signedIn(t)
  const args = [MCP_REMOTE, mcp, '--header', header, '--transport', 'http-only']
  const client = new Client({ name: 'test', version: '1' })
  t.teardown(() => client.close())
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }))
  const { tools } = await client.listTools()
  t.strictSame(
    tools.map(({ name }) => name),
    TOOLS
  )
  t.match(await client.callTool({ name: 'echo', arguments: { text: 'å' } }), { content: [{ type: 'text', text: 'å' }] })
  const headers = await client.callTool({ name: 'headers', arguments: {} })
  t.notMatch(JSON.stringify(headers), /"authorization"/i, 'the token did not reach the server')
})
