import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { bin, type Sluice, sluice, start } from './sluice.ts'

const noTerminal = spawnSync('script', ['--version']).error === undefined ? false : 'there is no script of util-linux'

/** Waits for the line of the log that satisfies. */
const line = async (
  child: Sluice,
  satisfies: (fields: Record<string, string>) => boolean
): Promise<Record<string, string>> => {
  for await (const text of createInterface(child.stdout)) {
    const fields = JSON.parse(text) as Record<string, string>
    if (satisfies(fields)) return fields
  }
  throw new Error('the command ended before')
}

const config = (upstream: string, port = 0) => `publicUrl: http://127.0.0.1
listen: { port: ${port} }
admin: { port: 0 }
routes: [{ name: all, path: /*, upstream: "${upstream}" }]`

const upstream = async (t: Test): Promise<string> => {
  const server = createServer((_req, res) => void res.end('answer'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('run serves, says what it guards and where, and drains on SIGTERM', async t => {
  const child = start(['run'], t.testdir({ 'sluice.yaml': config(await upstream(t)) }))
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const serving = await line(child, ({ msg }) => msg === 'serving')
  t.equal(await (await fetch(`${serving['listen']}/x`)).text(), 'answer')
  t.equal((await fetch(`${serving['admin']}/readyz`)).status, 200)
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
})

t.test('SIGHUP takes the file over; what is wrong with it is in the log, and the one before stays', async t => {
  const url = await upstream(t)
  const folder = t.testdir({ 'sluice.yaml': config(url) })
  const child = start(['run'], folder)
  t.teardown(() => child.kill('SIGKILL'))
  const log = createInterface(child.stdout)
  const lines = log[Symbol.asyncIterator]()
  const until = async (msg: RegExp): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the command ended before')
      const fields = JSON.parse(value) as Record<string, unknown>
      if (msg.test(String(fields['msg']))) return fields
    }
  }
  const { listen } = await until(/^serving$/)
  const reload = (text: string): void => {
    writeFileSync(join(folder, 'sluice.yaml'), text)
    child.kill('SIGHUP')
  }
  reload(config(url).replace('name: all', 'name: all, colour: red'))
  t.match(await until(/could not be reloaded/), { issues: [/^sluice\.yaml:4:\d+ routes\[0\]\.colour: unknown key/] })
  t.equal((await fetch(`${String(listen)}/x`)).status, 200)
  reload(config(url).replace('path: /*', 'path: /other'))
  t.match(await until(/was reloaded/), { config: 'sluice.yaml', changed: ['all'] })
  t.match(await until(/so anyone may/), { level: 40 }, 'with the advice of a start')
  t.equal((await fetch(`${String(listen)}/x`)).status, 404)
  t.equal((await fetch(`${String(listen)}/other`)).status, 200)
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null])
})

t.test('a file that changes is taken over by itself, that of a secret, too', async t => {
  const text = `${config(await upstream(t))}\nsealing: { keys: ["\${file:seal}"] }`
  const folder = t.testdir({ 'sluice.yaml': text, seal: 'a secret of thirty-two characters or more' })
  const child = start(['run'], folder)
  t.teardown(() => child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const until = async (msg: RegExp): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the command ended before')
      const fields = JSON.parse(value) as Record<string, unknown>
      if (msg.test(String(fields['msg']))) return fields
    }
  }
  const put = (name: string, content: string): void => {
    writeFileSync(join(folder, 'new'), content)
    renameSync(join(folder, 'new'), join(folder, name))
  }
  await until(/^serving$/)
  put('seal', 'too short')
  t.match(await until(/could not be reloaded/), {
    issues: [/sluice\.yaml:5:19 sealing\.keys\[0\]: at least 32 characters/]
  })
  put('seal', 'another secret of thirty-two characters or more')
  t.match(await until(/was reloaded/), { keys: ['sealing'] })
  put('sluice.yaml', text.replace('path: /*', 'path: /other'))
  t.match(await until(/was reloaded/), { changed: ['all'] })
  t.match(await until(/so anyone may/), { level: 40 }, 'with the advice of a start')
})

t.test('a terminal that is closed ends the command', { skip: noTerminal }, async t => {
  const folder = t.testdir({ 'sluice.yaml': config(await upstream(t)) })
  const terminal = spawn('script', ['-qefc', `"${process.execPath}" "${bin}" run`, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.teardown(() => terminal.kill('SIGKILL'))
  let said = ''
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    while (!pattern.test(said)) await once(terminal.stdout, 'data')
    return pattern.exec(said)!
  }
  await until(/serving/)
  const [, url] = await until(/listen: "(.*?)"/)
  terminal.kill('SIGKILL')
  // Until nobody listens there any more.
  while (
    await fetch(`${url}/x`).then(
      () => true,
      () => false
    )
  );
})

t.test('an address that cannot be listened on is exit 1, with its place and what to do', async t => {
  const taken = await upstream(t)
  const { port } = new URL(taken)
  const whole = config(taken, Number(port))
  const table: readonly [string, RegExp][] = [
    [
      whole,
      new RegExp(
        `^sluice.yaml:2:17 listen\\.port: 127.0.0.1:${port} is in use\\n +End the process that listens there, or change listen.port\\.`
      )
    ],
    [
      whole.replace(`port: ${port}`, 'port: 0').replace('admin: { port: 0 }', `admin: { port: ${port} }`),
      new RegExp(`^sluice.yaml:3:16 admin\\.port: 127.0.0.1:${port} is in use\\n +.*change admin.port\\.`)
    ],
    [
      whole.replace(`port: ${port}`, 'port: 0, host: 192.0.2.1'),
      /^sluice.yaml:2:26 listen\.host: 192\.0\.2\.1 is no address of this machine\n +Change listen\.host/
    ]
  ]
  for (const [text, message] of table) {
    const { code, stderr } = await sluice(['run'], t.testdir({ 'sluice.yaml': text }))
    t.equal(code, 1)
    t.match(stderr, message)
  }
})

t.test('a filter in a file anywhere finds the plugin API, and what the log has to say is JSON when piped', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const filter = `import { definePlugin, type Reply } from '@sluice/plugin-api'
export default definePlugin({ name: 'closed', version: '1.0.0', api: 1, configSchema: { type: 'object', additionalProperties: false },
  create: () => ({ onRequest: (): Reply => ({ status: 403, code: 'CONTOSO_CLOSED', reason: 'closed' }) }) })`
  writeFileSync(join(folder, 'closed.ts'), filter)
  writeFileSync(
    join(folder, 'sluice.yaml'),
    config(await upstream(t)).replace('/*,', '/*, filters: [{ ./closed.ts: {} }],')
  )
  const child = start(['run'], folder, { LOG_LEVEL: 'loud' })
  t.teardown(() => child.kill('SIGKILL'))
  const lines: Record<string, string>[] = []
  const serving = await line(child, fields => lines.push(fields) > 0 && fields['msg'] === 'serving')
  t.equal((await fetch(`${serving['listen']}/x`)).headers.get('x-sluice-error'), 'CONTOSO_CLOSED')
  t.match(lines.map(({ msg }) => msg).join(), /LOG_LEVEL is none of .*anyone may/)
})

t.test('a host that does not exist is exit 1, with what to do', async t => {
  const folder = t.testdir({ 'sluice.yaml': config('http://127.0.0.1:1').replace('port: 0', 'host: nowhere.invalid') })
  const { code, stderr } = await sluice(['run'], folder)
  t.equal(code, 1)
  t.match(stderr, /Change listen.host/)
})
