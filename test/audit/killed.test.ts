import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t from 'tap'
import { start } from '../../packages/cli/test/sluice.ts'
import { recordsOf } from '../support/audit-records.ts'
import { freePort } from '../support/free-port.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { upstream } from '../support/upstream.ts'

t.test(
  'kill -9 under load: what is there verifies, no answered call lacks its decision, and a restart goes on',
  async t => {
    const folder = temporaryFolder(t)
    const file = join(folder, 'audit.jsonl')
    const { url: mcp } = await upstream(t, (req, res) => {
      req
        .resume()
        .on('end', () => res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":1,"result":{}}'))
    })
    const [port, adminPort] = [await freePort(), await freePort()]
    const config = {
      publicUrl: `http://127.0.0.1:${port}`,
      listen: { port },
      admin: { port: adminPort },
      shutdown: { grace: '0s' },
      trustedProxies: ['127.0.0.1'],
      filters: [{ audit: { file, durable: true } }],
      routes: [{ name: 'everything', path: '/mcp', upstream: mcp }]
    }
    writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify(config))
    const agent = new Agent({ keepAlive: true })
    t.teardown(() => agent.destroy())
    /** Calls under an id of its own; `false` if there is no answer. */
    const call = (id: string): Promise<boolean> =>
      new Promise(resolve => {
        const headers = { 'content-type': 'application/json', 'x-request-id': id }
        const outgoing = request(
          { host: '127.0.0.1', port, path: '/mcp', method: 'POST', agent, headers },
          response => {
            resolve(response.statusCode === 200)
            response.resume().on('error', () => {})
          }
        )
        outgoing.on('error', () => resolve(false))
        outgoing.end('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}')
      })
    const answered = new Set<string>()
    for (let life = 0; life < 3; life++) {
      const gateway = start(['run'], folder)
      gateway.stdout.resume()
      gateway.stderr.resume()
      const exited = once(gateway, 'exit')
      while (
        !(await fetch(`http://127.0.0.1:${adminPort}/readyz`).then(
          ({ ok }) => ok,
          () => false
        ))
      );
      let alive = true
      const before = answered.size
      const caller = async (name: number): Promise<void> => {
        for (let i = 0; alive; i++) {
          const id = `${life}-${name}-${i}`
          if (!(await call(id))) return
          answered.add(id)
          // In the middle of the load.
          if (answered.size === before + 500) alive = !gateway.kill('SIGKILL')
        }
      }
      await Promise.all(Array.from({ length: 16 }, (_, name) => caller(name)))
      await exited
      const { ok, chains } = await verifyFiles([file])
      t.equal(ok, true)
      t.equal(chains.length, 1)
      t.equal(chains[0]!.closed, false)
      const decided = new Set(recordsOf(file).flatMap(({ type, request: id }) => (type === 'decision' ? [id] : [])))
      t.strictSame(
        [...answered].filter(id => !decided.has(id)),
        []
      )
      t.ok(answered.size >= before + 500)
    }
  }
)
