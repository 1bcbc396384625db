import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { DemoParts } from '../src/demo.ts'
import { API_CLIENT_ID } from '../src/directory.ts'
import { main } from '../src/main.ts'
import { StepError } from '../src/step.ts'

const TOKEN = 'the-access-token'

/** Parts that only tell what happens to them, in `log`. */
const fakeParts = (overrides: Partial<DemoParts> = {}) => {
  const log: string[] = []
  let gatewayEnv: NodeJS.ProcessEnv = {}
  const part = (name: string) => ({ close: async () => void log.push(`close ${name}`) })
  const parts: DemoParts = {
    startServer: async ({ port = 0 }) => ({ ...part('server'), url: 'http://127.0.0.1:3001/mcp', port }),
    startEntra: async () => ({ ...part('entra'), authority: 'http://127.0.0.1:8090', tenantId: 'tenant' }),
    startGateway: async (_file, env) => {
      gatewayEnv = env
      return part('gateway')
    },
    runClient: async ({ report }) => {
      report({ step: 'initialize', detail: { server: 'demo' } })
      return { accessToken: TOKEN }
    },
    ...overrides
  }
  return { parts, log, env: () => gatewayEnv }
}

const run = async (argv: string[], parts: DemoParts, signal = new AbortController().signal) => {
  let stdout = ''
  let stderr = ''
  const code = await main(argv, {
    stdout: { write: text => (stdout += text) },
    stderr: { write: text => (stderr += text) },
    env: { HOME: '/home/someone' },
    signal,
    parts
  })
  return { code, stdout, stderr }
}

const broken = (message: string) => () => Promise.reject(new Error(message))

const CLOSED = ['close gateway', 'close entra', 'close server']

void t.test('--once shows the steps and what to paste, closes everything and exits 0', async t => {
  const { parts, log, env } = fakeParts()
  const { code, stdout, stderr } = await run(['--once'], parts)
  t.equal(code, 0)
  t.equal(stderr, '')
  t.same(log, CLOSED)
  const { DEMO_PORT, DEMO_ADMIN_PORT } = env()
  t.match(env(), {
    HOME: '/home/someone',
    DEMO_PUBLIC_URL: `http://127.0.0.1:${DEMO_PORT}`,
    DEMO_AUTHORITY: 'http://127.0.0.1:8090',
    DEMO_TENANT_ID: 'tenant',
    DEMO_CLIENT_ID: API_CLIENT_ID,
    DEMO_UPSTREAM: 'http://127.0.0.1:3001/mcp'
  })
  t.match(stdout, 'initialize')
  t.match(stdout, `curl -sS http://127.0.0.1:${DEMO_PORT}/mcp`)
  t.match(stdout, `Authorization: Bearer ${TOKEN}`)
  t.match(stdout, `{"servers":{"sluice-demo":{"type":"http","url":"http://127.0.0.1:${DEMO_PORT}/mcp"}}}`)
  t.match(stdout, `http://127.0.0.1:${DEMO_ADMIN_PORT}/metrics`)
})

void t.test('without --once it serves until the signal, then closes everything and exits 0', async t => {
  const stop = new AbortController()
  const { parts, log } = fakeParts()
  const serving = Promise.withResolvers<void>()
  const running = main([], {
    stdout: { write: text => void (text.includes('until Ctrl-C') && serving.resolve()) },
    stderr: { write() {} },
    env: {},
    signal: stop.signal,
    parts
  })
  await serving.promise
  t.same(log, [], 'everything still runs')
  stop.abort()
  t.equal(await running, 0)
  t.same(log, CLOSED)
})

void t.test('what fails is told, everything that was started is closed, and the exit code is 1', async t => {
  const cases = [
    { broken: { startServer: broken('no server') }, says: 'no server', closed: [] },
    { broken: { startEntra: broken('no emulator') }, says: 'no emulator', closed: ['close server'] },
    { broken: { startGateway: broken('no gateway') }, says: 'no gateway', closed: ['close entra', 'close server'] },
    {
      broken: { runClient: () => Promise.reject(new StepError('token', 'answered 400')) },
      says: 'Step token failed: answered 400.',
      closed: CLOSED
    }
  ]
  for (const { broken, says, closed } of cases) {
    const { parts, log } = fakeParts(broken)
    const { code, stderr } = await run(['--once'], parts)
    t.equal(code, 1, says)
    t.match(stderr, says)
    t.same(log, closed)
  }
})

void t.test('a part that fails to close does not keep the others open', async t => {
  const { parts, log } = fakeParts({
    startGateway: async () => ({ close: () => Promise.reject(new Error('stuck')) })
  })
  const { code, stderr } = await run(['--once'], parts)
  t.equal(code, 1)
  t.match(stderr, 'stuck')
  t.same(log, ['close entra', 'close server'])
})

void t.test('--help shows the usage, and an unknown argument shows it with exit code 2', async t => {
  const { parts, log } = fakeParts()
  t.match(await run(['--help'], parts), { code: 0, stdout: /Usage: npm start/, stderr: '' })
  for (const argv of [['--twice'], ['extra'], ['--once=yes']]) {
    t.match(await run(argv, parts), { code: 2, stdout: '', stderr: /Usage: npm start/ }, argv.join(' '))
  }
  t.same(log, [])
})

void t.test('the bin passes the arguments on and exits with the code', async t => {
  const bin = fileURLToPath(new URL('../bin/demo.js', import.meta.url))
  for (const [argument, code] of [
    ['--help', 0],
    ['--twice', 2]
  ] as const) {
    const child = spawn(process.execPath, ['--conditions=@sluice/source', bin, argument])
    const exit = new Promise(resolve => child.once('exit', resolve))
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    t.equal(await exit, code)
    t.match(stdout + stderr, /Usage: npm start/)
  }
})
