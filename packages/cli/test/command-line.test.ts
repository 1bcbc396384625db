import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { freePort } from '../../../test/support/free-port.ts'
import { CommandLine } from '../src/command-line.ts'
import { bin, sluice, start } from './sluice.ts'

/** In this process, since a new one takes its time; in a folder. */
const typed = async (args: readonly string[], cwd: string) => {
  process.chdir(cwd)
  let [stdout, stderr] = ['', '']
  const line = new CommandLine(args, { say: said => (stdout += said), complain: said => (stderr += said) })
  return { code: await line.run(), stdout, stderr }
}

const commands = ['run', 'check', 'doctor', 'import', 'print', 'plugins', 'schema', 'audit', 'policy']

const config = (port = 0): string => `publicUrl: http://127.0.0.1
listen: { port: ${port} }
admin: { port: 0 }
routes: [{ name: all, path: /*, upstream: "http://127.0.0.1:9" }]`

t.test('a mistake is one sentence that says what to do, a hint at the help, and exit 2', async t => {
  const cwd = t.testdir({
    folder: {},
    'sluice.yaml': config(),
    empty: '',
    lines: 'a\nb',
    json: '{}',
    jwt: 'Bearer a.b.c'
  })
  const table: readonly [string[], RegExp, string][] = [
    [[], /which command\? There are run, check/, 'sluice --help'],
    [['brew', '--strong'], /no command "brew"\. There are run, check/, 'sluice --help'],
    [['run', 'extra.yaml'], /run takes no argument; a configuration is named with --config extra\.yaml/, 'run'],
    [['schema', 'extra'], /schema takes no argument$/, 'schema'],
    [['run', '--cofnig', 'x'], /Unknown option '--cofnig'/, 'run'],
    [['check', '--decode', 'x'], /Unknown option '--decode'/, 'check'],
    [['schema', '--config', 'x'], /Unknown option '--config'/, 'schema'],
    [['doctor', '--decode'], /'--decode <value>' argument missing/, 'doctor'],
    [['--token', 'missing', 'doctor'], /missing does not exist/, 'doctor'],
    [['doctor', '--token', 'folder'], /folder is a folder: name a file/, 'doctor'],
    [['doctor', '--token', 'empty'], /--token: empty is empty/, 'doctor'],
    [['doctor', '--graph-token', 'empty'], /--graph-token: empty is empty/, 'doctor'],
    [['doctor', '--token', 'lines'], /--token: lines holds no token on one line/, 'doctor'],
    [['doctor', '--token', 'jwt'], /--token: no route has jwt-entra/, 'doctor'],
    [['doctor', '--registration', 'lines'], /lines: that is not JSON/, 'doctor'],
    [['doctor', '--registration', 'json'], /json: this is no app registration .*az ad app show/, 'doctor'],
    [['doctor', '--route', 'none'], /no route "none"\. There are all$/, 'doctor'],
    [['doctor', '--client', 'x'], /--client and --redirect-uri go together/, 'doctor'],
    [['doctor', '--decode', '1', '--token', 'x'], /--decode and --token do not go together/, 'doctor'],
    [['doctor', '--token', 'x', '--client', 'x'], /--token and --client do not go together/, 'doctor'],
    [
      ['doctor', '--registration', 'x', '--graph-token', 'x'],
      /--registration and --graph-token do not go together/,
      'doctor'
    ],
    [['import', 'agentgateway'], /write sluice import agentgateway FILE/, 'import'],
    [['import', 'envoy', 'json'], /no import from "envoy"; write agentgateway/, 'import'],
    [['import', 'agentgateway', 'missing'], /missing does not exist/, 'import'],
    [['policy', 'try', 'json'], /write sluice policy test FILE/, 'policy'],
    [['policy', 'test', 'missing'], /missing does not exist/, 'policy'],
    [['audit'], /write sluice audit verify FILE… or sluice audit show FILE…/, 'audit'],
    [['audit', 'verify'], /audit verify wants a file/, 'audit'],
    [['audit', 'verify', 'missing'], /missing does not exist/, 'audit'],
    [['audit', 'show', 'folder'], /folder is a folder/, 'audit'],
    [['audit', 'verify', 'empty', '--key', 'missing'], /missing does not exist/, 'audit'],
    [['audit', 'verify', 'empty', '--anchor', '1'], /1 is no anchor: write SEQ:HASH/, 'audit']
  ]
  for (const [args, sentence, help] of table) {
    const { code, stdout, stderr } = await typed(args, cwd)
    const [first = '', hint, ...rest] = stderr.split('\n')
    t.equal(code, 2, args.join(' '))
    t.match(first, /^sluice: /)
    t.match(first, sentence, args.join(' '))
    t.equal(hint, `See ${help.startsWith('sluice') ? help : `sluice ${help} --help`}`, args.join(' '))
    t.strictSame(rest, [''], 'and nothing else')
    t.equal(stdout, '')
  }
})

t.test('the command says so on standard error', async t => {
  const { code, stdout, stderr } = await sluice(['brew'], t.testdir({}))
  t.equal(code, 2)
  t.match(stderr, /^sluice: there is no command "brew"\. [^\n]*\nSee sluice --help\n$/)
  t.equal(stdout, '')
})

t.test('the help lists the commands, and each one says what it takes', async t => {
  const cwd = t.testdir({})
  const whole = await typed(['--help'], cwd)
  t.equal(whole.code, 0)
  for (const name of commands) {
    t.match(whole.stdout, new RegExp(`^  ${name} +\\w`, 'm'))
    const { code, stdout } = await typed([name, '--help'], cwd)
    t.equal(code, 0)
    t.match(stdout, new RegExp(`^Usage: sluice ${name}`))
    t.match(stdout, /^Exit codes: 0/m)
  }
  t.match((await typed(['doctor', '--help'], cwd)).stdout, /--registration FILE +the app registration/)
  t.match((await typed(['audit', '--help'], cwd)).stdout, /--key FILE .*; may come several times/)
  t.match((await typed(['--version'], cwd)).stdout, /^sluice \d/)
})

t.test('a reader that has seen enough ends a command quietly', async t => {
  const record = JSON.stringify({ seq: 1, time: '2026-01-01T00:00:00Z', type: 'checkpoint', event: 'x'.repeat(200) })
  const cwd = t.testdir({ trail: `${record}\n`.repeat(20_000) })
  const child = start(['audit', 'show', 'trail'], cwd)
  const ended = Promise.all([once(child, 'close'), text(child.stderr)])
  await once(child.stdout, 'data')
  child.stdout.destroy()
  t.strictSame(await ended, [[0, null], ''])
})

const full = existsSync('/dev/full') ? false : 'there is no /dev/full'

const onFullDisk = (t: Test, args: readonly string[], cwd: string) => {
  const disk = openSync('/dev/full', 'w')
  t.teardown(() => closeSync(disk))
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', disk, 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

t.test('what cannot be written is a sentence and exit 1', { skip: full }, async t => {
  const child = onFullDisk(t, ['schema'], t.testdir({}))
  const [ended, said] = await Promise.all([once(child, 'close'), text(child.stderr!)])
  t.match(said, /^sluice: standard output cannot be written: ENOSPC: no space[^\n]*\n$/)
  t.strictSame(ended, [1, null])
})

t.test('a gateway serves on where its log cannot be written', { skip: full }, async t => {
  const port = await freePort()
  const child = onFullDisk(t, ['run'], t.testdir({ 'sluice.yaml': config(port) }))
  const [said] = (await once(child.stderr!, 'data')) as [Buffer]
  t.equal(
    String(said),
    'sluice: the log cannot be written: ENOSPC: no space left on device, write. The gateway goes on\n'
  )
  const ended = once(child, 'exit')
  // It may not listen yet.
  const answer = async (): Promise<number> => {
    if (child.exitCode !== null) throw new Error('the gateway ended')
    return fetch(`http://127.0.0.1:${port}/x`).then(({ status }) => status, answer)
  }
  for (let i = 0; i < 3; i++) t.equal(await answer(), 502)
  child.kill('SIGTERM')
  t.strictSame(await ended, [0, null])
})

t.test('a log that nobody takes does not keep a gateway from its end', async t => {
  const port = await freePort()
  const filter = `export default { name: 'talkative', version: '1.0.0', api: 1, configSchema: { type: 'object' },
  create: (_config, { log }) => ({ onRequest () { for (let i = 0; i < 900; i++) log.info({}, 'x'.repeat(1000)) } }) }`
  const yaml = config(port).replace('/*,', '/*, filters: [{ ./talkative.js: {} }],')
  const cwd = t.testdir({ 'talkative.js': filter, 'package.json': '{"type":"module"}', 'sluice.yaml': yaml })
  const child = start(['run'], cwd)
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'readable')
  const answer = async (): Promise<number> => fetch(`http://127.0.0.1:${port}/x`).then(({ status }) => status, answer)
  t.equal(await answer(), 502)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  t.strictSame(await ended, [0, null])
})

t.test('what nobody foresaw is a sentence; where it came from is in the log, and shown with --debug', async t => {
  const filter = `export default { name: 'late', version: '1.0.0', api: 1, configSchema: { type: 'object' },
  create: () => (setImmediate(() => { throw new Error('it was late') }), {}) }`
  const yaml = config().replace('/*,', '/*, filters: [{ ./late.js: {} }],')
  const cwd = t.testdir({ 'late.js': filter, 'package.json': '{"type":"module"}', 'sluice.yaml': yaml })
  const { code, stdout, stderr } = await sluice(['run'], cwd)
  t.equal(code, 1)
  t.equal(stderr, 'sluice: unforeseen: it was late\nThe same with --debug shows where it came from\n')
  const [fatal] = stdout.split('\n').flatMap(line => (line.includes('it was late') ? [JSON.parse(line) as object] : []))
  t.match(fatal, { level: 60, err: { stack: /late\.js:2/ } })
  const debugged = await sluice(['run', '--debug'], cwd)
  t.equal(debugged.code, 1)
  t.match(debugged.stderr, /^sluice: Error: it was late\n +at .*late\.js:2/)
})
