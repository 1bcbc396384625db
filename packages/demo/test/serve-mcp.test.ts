import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t from 'tap'

const bin = fileURLToPath(new URL('../bin/mcp-server.js', import.meta.url))
const launch = (...args: string[]) =>
  spawn(process.execPath, ['--conditions=@sluice/source', bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })

void t.test('the MCP server serves by itself until a signal', async t => {
  const child = launch('--port', '0')
  t.teardown(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const [url = ''] = /http:\S+\/mcp/.exec(line) ?? []
  const client = new Client({ name: 'test', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const { tools } = await client.listTools()
  t.ok(tools.some(({ name }) => name === 'echo'))
  await client.close()
  child.kill('SIGTERM')
  t.strictSame(await closed, [0, null])
})

void t.test('its arguments are a port, or it ends with 2 and says so', async t => {
  for (const args of [['--port', 'x'], ['--colour'], ['extra']]) {
    const child = launch(...args)
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    t.equal(code, 2, args.join(' '))
    t.match(stderr, 'Usage: mcp-server.js [--port N]')
  }
})
