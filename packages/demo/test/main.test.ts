import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { runDemoClient } from '../src/client.ts'
import type { DemoParts } from '../src/demo.ts'
import { API_CLIENT_ID } from '../src/directory.ts'
import { main } from '../src/main.ts'
import { StepError } from '../src/step.ts'
import { startFakeGateway } from './fake-gateway.ts'

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

const run = async (argv: string[], parts: DemoParts, logLevel?: string) => {
  let stdout = ''
  let stderr = ''
  const code = await main(argv, {
    stdout: { write: text => (stdout += text) },
    stderr: { write: text => (stderr += text) },
    env: { HOME: '/home/someone', ...(logLevel !== undefined && { LOG_LEVEL: logLevel }) },
    signal: new AbortController().signal,
    parts
  })
  return { code, stdout, stderr }
}

const broken = (message: string) => () => Promise.reject(new Error(message))

const CLOSED = ['close gateway', 'close entra', 'close server']

void t.test('--once shows the steps, closes everything and exits 0, with nothing to paste', async t => {
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
  t.match(stdout, `http://127.0.0.1:${DEMO_ADMIN_PORT}/metrics`)
  t.match(stdout, /\nnpm start without --once keeps serving and prints what to paste\.\n$/)
  t.notMatch(stdout, /Your turn|curl|Bearer|"servers"/)
})

void t.test(
  'without --once it shows what to paste, serves until the signal, closes everything and exits 0',
  async t => {
    const stop = new AbortController()
    const { parts, log, env } = fakeParts()
    const serving = Promise.withResolvers<void>()
    let stdout = ''
    const running = main([], {
      stdout: {
        write(text) {
          stdout += text
          if (text.includes('until Ctrl-C')) serving.resolve()
        }
      },
      stderr: { write() {} },
      env: {},
      signal: stop.signal,
      parts
    })
    await serving.promise
    t.same(log, [], 'everything still runs')
    const { DEMO_PORT, DEMO_ADMIN_PORT } = env()
    t.match(stdout, `curl -sS http://127.0.0.1:${DEMO_PORT}/mcp`)
    t.match(stdout, `Authorization: Bearer ${TOKEN}`)
    t.match(stdout, `{"servers":{"sluice-demo":{"type":"http","url":"http://127.0.0.1:${DEMO_PORT}/mcp"}}}`)
    t.match(stdout, `curl -sS http://127.0.0.1:${DEMO_ADMIN_PORT}/metrics`)
    t.match(stdout, /LOG_LEVEL=info npm start shows Sluice's log\.\n$/)
    stop.abort()
    t.equal(await running, 0)
    t.same(log, CLOSED)
  }
)

void t.test('a signal during a tool call ends the run at once and closes everything', async t => {
  const cancelled: boolean[] = []
  const gateway = await startFakeGateway(undefined, {
    // No count but the first, so that only the signal can end the call.
    step: async (_delayMs, signal) => {
      await once(signal, 'abort')
      cancelled.push(true)
    }
  })
  t.teardown(() => gateway.close())
  const stop = new AbortController()
  const { parts, log } = fakeParts({
    startServer: async () => ({ url: gateway.url, port: 3001, close: () => gateway.close() }),
    runClient: options => runDemoClient({ ...options, url: gateway.url })
  })
  const code = await main([], {
    stdout: { write: text => void (text.includes('1 of 3') && stop.abort()) },
    stderr: { write: text => t.fail(text) },
    env: {},
    signal: stop.signal,
    parts
  })
  t.equal(code, 0)
  t.same(log, ['close gateway', 'close entra'])
  t.same(cancelled, [true], 'the call does not outlive its server')
  await t.rejects(fetch(gateway.url), 'nothing listens any more')
})

void t.test('a LOG_LEVEL that does not exist is told before anything starts, with exit code 1', async t => {
  const { parts, log } = fakeParts()
  const { code, stdout, stderr } = await run(['--once'], parts, 'loud')
  t.equal(code, 1)
  t.equal(stdout, '')
  t.equal(stderr, '\nLOG_LEVEL is "loud"; set it to one of fatal, error, warn, info, debug, trace, silent\n')
  t.same(log, [])
  for (const level of ['', 'trace', 'silent']) t.equal((await run(['--once'], parts, level)).code, 0, level)
})

void t.test('a default port that was taken is named beside the address that took its place', async t => {
  const { parts } = fakeParts({
    startServer: async ({ port = 0 }) => {
      if (port !== 0) throw Object.assign(new Error('taken'), { code: 'EADDRINUSE' })
      return { url: 'http://127.0.0.1:45678/mcp', port: 45_678, close: async () => {} }
    }
  })
  const { stdout } = await run(['--once'], parts)
  t.match(stdout, '\nMCP server         http://127.0.0.1:45678/mcp  (3001 was taken)\n')
  t.match(stdout, '\nEntra ID emulator  http://127.0.0.1:8090\n', 'and no other')
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
