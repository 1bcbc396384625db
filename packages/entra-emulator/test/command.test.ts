import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startEntraEmulator } from '../src/index.ts'
import { directory } from './directory.ts'

const command = fileURLToPath(new URL('../bin/entra-emulator.js', import.meta.url))

const launch = (...args: string[]) => {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return { child, output, closed: once(child, 'close') }
}

t.test('it serves the sample directory, says so, logs quietly and stops on a signal', async t => {
  const { child, output, closed } = launch('--port', '0')
  t.teardown(() => child.kill('SIGKILL'))
  while (!output.stdout.includes('max@contoso.example')) await once(child.stdout, 'data')
  t.match(output.stdout, /^Entra ID emulator: .+not Microsoft/)
  t.match(output.stdout, 'ada@contoso.example')
  const [authority = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout) ?? []
  t.equal((await fetch(`${authority}/?secret=1`)).status, 200)
  child.kill('SIGTERM')
  t.strictSame(await closed, [0, null])
  t.match(output.stdout, /\nGET \/ 200\n$/)
  t.equal(output.stderr, '')
})

t.test('SIGUSR2 signs with a new key and keeps the old one published', async t => {
  const { child, output, closed } = launch('--port', '0')
  t.teardown(() => child.kill('SIGKILL'))
  const saying = async (text: string | RegExp): Promise<void> => {
    while (output.stdout.search(text) < 0) await once(child.stdout, 'data')
  }
  await saying(`kill -USR2 ${child.pid} signs with a new key`)
  const [authority = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout) ?? []
  const kids = async (): Promise<string[]> => {
    const response = await fetch(`${authority}/common/discovery/v2.0/keys`)
    const { keys } = (await response.json()) as { keys: { kid: string }[] }
    return keys.map(({ kid }) => kid)
  }
  const before = await kids()
  child.kill('SIGUSR2')
  await saying(/\nKeys rotated: .*\n/)
  const [, rotated = ''] = /Keys rotated: (\S+) signs/.exec(output.stdout) ?? []
  const after = await kids()
  t.notOk(before.includes(rotated))
  t.strictSame(new Set(after), new Set([...before, rotated]))
  child.kill('SIGTERM')
  t.strictSame(await closed, [0, null])
})

t.test('a port that is taken ends it with 1 and says how to choose another', async t => {
  const emulator = await startEntraEmulator({ directory })
  t.teardown(() => emulator.close())
  const { host, port } = new URL(emulator.authority)
  const { closed, output } = launch('--port', port)
  t.strictSame(await closed, [1, null])
  t.equal(output.stderr, `${host} is in use; choose another with --port\n`)
})

t.test('a wrong directory ends it with 1 and the place, wrong usage with 2', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'entra-emulator-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'directory.yaml')
  writeFileSync(file, 'tenants: 3\n')
  const wrong = launch('--config', file)
  t.strictSame(await wrong.closed, [1, null])
  t.match(wrong.output.stderr, `${file}:1:1: tenants: `)
  for (const args of [['--colour'], ['--port', 'x'], ['--port', '70000'], ['extra']]) {
    const { closed, output } = launch(...args)
    t.strictSame(await closed, [2, null], args.join(' '))
    t.match(output.stderr, /Usage: entra-emulator/)
  }
  const help = launch('--help')
  t.strictSame(await help.closed, [0, null])
  t.match(help.output.stdout, /^Usage: entra-emulator/)
})

t.test('it warns when other machines can reach it', async t => {
  const { child, output, closed } = launch('--port', '0', '--host', '0.0.0.0')
  t.teardown(() => child.kill('SIGKILL'))
  while (!output.stdout.includes('max@contoso.example')) await once(child.stdout, 'data')
  child.kill('SIGINT')
  await closed
  t.match(output.stderr, /^Warning: 0\.0\.0\.0 can be reached from other machines/)
})

t.test('it names itself by the authority under which others reach it, which has to be an origin', async t => {
  const { child, output, closed } = launch('--port', '0', '--host', '0.0.0.0', '--authority', 'http://127.0.0.1:8082')
  t.teardown(() => child.kill('SIGKILL'))
  while (!output.stdout.includes('kill -USR2')) await once(child.stdout, 'data')
  child.kill('SIGINT')
  await closed
  t.match(output.stdout, 'Contoso: http://127.0.0.1:8082/11111111-2222-4333-8444-555555555555/v2.0')

  const emulator = await startEntraEmulator({ directory, authority: 'https://login.contoso.example' })
  t.teardown(() => emulator.close())
  t.equal(emulator.authority, 'https://login.contoso.example')
  for (const authority of ['http://127.0.0.1:8082/', '127.0.0.1:8082', 'http://127.0.0.1:8082/tenant'])
    await t.rejects(startEntraEmulator({ directory, authority }), { message: /authority must be an origin/ }, authority)
})

t.test('an automatic sign-in of nobody is refused', async t => {
  const started = startEntraEmulator({ directory, autoSignIn: 'nobody@contoso.example' })
  await t.rejects(started, { message: /nobody@contoso\.example, who is not in the directory\. Name one of ada@/ })
})
