import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { upstream } from './support/upstream.ts'

const page = readFileSync(resolve(import.meta.dirname, '../docs/embedding.md'), 'utf8')

t.test('the blocks of docs/embedding.md, put together, are a program that runs', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const program = Array.from(page.matchAll(/```ts\n([^]*?)```/g), ([, block]) => block).join('\n')
  const folder = t.testdir({ 'program.ts': program })
  const child = spawn(process.execPath, ['--conditions=@sluice/source', join(folder, 'program.ts')], {
    env: { PATH: process.env['PATH'], PORT: '0', ADMIN_PORT: '0', MCP_UPSTREAM: url },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const complaints = text(child.stderr)
  let served = ''
  for await (const line of createInterface(child.stdout)) {
    served = /^serving (\S+)\/mcp, metrics at \S+\/metrics$/.exec(line)?.[1] ?? served
    // The last thing that the program does before it waits.
    if (line.includes('could not be reloaded')) break
  }
  for (const path of ['/mcp', '/tools']) t.equal(await (await fetch(served + path)).text(), 'upstream', path)
  t.equal((await fetch(`${served}/mcp`, { headers: { origin: 'https://evil.example' } })).status, 403)
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
  t.match(await complaints, /^routes: .* At least one\.\n$/)
})

t.test('its tables name every option and member', async t => {
  const core = resolve(import.meta.dirname, '../packages/core/src')
  const types = ['gateway/gateway.ts', 'config/load.ts', 'plugins/load.ts'].map(file =>
    readFileSync(join(core, file), 'utf8')
  )
  const names = (type: string): string[] => {
    const [, body = ''] = new RegExp(`export interface ${type} [^{]*\\{([^]*?)\\n\\}`).exec(types.join('\n')) ?? []
    return Array.from(body.matchAll(/^  (?:readonly )?(\w+)\??[:(]/gm), ([, name]) => name!)
  }
  for (const type of [
    'GatewayOptions',
    'LoadOptions',
    'PluginSources',
    'GatewayAddresses',
    'Gateway',
    'CloseOptions'
  ]) {
    t.not(names(type).length, 0, type)
    for (const name of names(type)) t.ok(new RegExp(`^\\|[^|]*\\b${name}\\b`, 'm').test(page), `${type}.${name}`)
  }
})
