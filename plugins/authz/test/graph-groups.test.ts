import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Credential } from '@sluice/entra-credential'
import { fakeContext, fakePrincipal } from '@sluice/test-kit'
import t, { type Test } from 'tap'
import { GraphGroups } from '../src/graph-groups.ts'
import { GraphOutage } from '../src/graph-outage.ts'
import { GraphToken } from '../src/graph-token.ts'

const [CONSENTED, NOT] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002']
const GROUP = 'cccccccc-0000-4000-8000-000000000003'

const start = async (t: Test, credential: Credential, timeoutMs: number) => {
  const server = createServer((req, res) => {
    const refused = req.url?.startsWith(`/${NOT}/`) === true
    res.writeHead(refused ? 400 : 200, { 'content-type': 'application/json' })
    res.end(JSON.stringify(refused ? { error: 'x' } : { access_token: 't', expires_in: 3600, value: [GROUP] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const { log } = fakeContext()
  const token = new GraphToken({ clientId: 'c', credential, authority: origin, graph: origin, timeoutMs: 10_000 })
  const options = { graph: origin, token, maxAgeMs: 60_000, timeoutMs, securityEnabledOnly: true }
  return { groups: new GraphGroups(options, log), log }
}

const personOf = (tenantId: string, last: number) => {
  const objectId = `dddddddd-0000-4000-8000-00000000000${last}`
  return fakePrincipal({ kind: 'user', tenantId, objectId, groups: undefined })
}

t.test('what fails in one tenant says nothing of another one', async t => {
  const { groups, log } = await start(t, async () => ({ client_secret: 's' }), 10_000)
  t.equal(await groups.of(personOf(NOT, 1)), undefined)
  t.strictSame(await groups.of(personOf(CONSENTED, 2)), [GROUP])
  t.equal(groups.of(personOf(NOT, 3)), undefined, 'where it failed nobody is asked again')
  t.match(log.lines, [{ level: 'warn', fields: { of: 'people', tenant: NOT } }])
  t.equal(log.lines.length, 1)
})

t.test('the time that a token took is not taken from Graph', async t => {
  const timeoutMs = 200
  const slow = async () => {
    await once(AbortSignal.timeout(timeoutMs), 'abort')
    return { client_secret: 's' }
  }
  const { groups } = await start(t, slow, timeoutMs)
  // Signals of timeouts do not keep the process.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  t.strictSame(await groups.of(personOf(CONSENTED, 1)), [GROUP])
})

t.test('Graph is left alone for as long as it says, and no longer than an hour', t => {
  let now = 0
  t.intercept(performance, 'now', { value: () => now })
  const outage = new GraphOutage({ of: 'people', tenant: CONSENTED }, fakeContext().log)
  for (const [pauseMs, until] of [
    [undefined, 5000],
    [60_000, 60_000],
    [1e12, 3_600_000]
  ] as const) {
    now = 0
    outage.begin('x', pauseMs)
    now = until - 1
    t.equal(outage.lasts, true)
    now = until
    t.equal(outage.lasts, false)
  }
  t.end()
})
