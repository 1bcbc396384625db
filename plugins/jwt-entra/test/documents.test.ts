import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fakeContext } from '@sluice/test-kit'
import t, { type Test } from 'tap'
import { Documents } from '../src/documents.ts'
import { KeySet } from '../src/key-set.ts'
import { keyUrl } from '../src/openid/key-url.ts'
import type { Runtime } from '../src/runtime.ts'
import { ManualRuntime } from './manual-runtime.ts'
import { makeKey } from './open-id-provider.ts'

const minute = 60_000

const served = async (t: Test) => {
  let fetches = 0
  let status = 200
  const keys: Awaited<ReturnType<typeof makeKey>>['jwk'][] = []
  const server = createServer((_req, res) => void res.writeHead(status).end(JSON.stringify({ fetch: ++fetches, keys })))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const runtime = new ManualRuntime()
  const documents = new Documents(runtime)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  return {
    advance: (ms: number) => runtime.advance(ms),
    ask: async (unknownKey = false) => (await documents.answer({ url, unknownKey })).document,
    keySet(t: Test) {
      const document = async (url: string, unknownKey: boolean) => documents.answer({ url, unknownKey })
      const worker: Runtime = { now: runtime.now, schedule: () => () => {}, get: runtime.get, document }
      const source = keyUrl('https://issuer.example', url, worker)
      const keySet = new KeySet(source, { refreshMs: 60 * minute, runtime: worker, log: fakeContext().log, age() {} })
      t.teardown(() => keySet.close())
      return keySet
    },
    now: runtime.now,
    answers: (code: number) => void (status = code),
    keys,
    fetches: () => fetches
  }
}

t.test('workers that ask at the same time, or one after the other, cause one fetch', async t => {
  const { ask, advance, fetches } = await served(t)
  t.strictSame(await Promise.all([ask(), ask(), ask()]), [
    { fetch: 1, keys: [] },
    { fetch: 1, keys: [] },
    { fetch: 1, keys: [] }
  ])
  advance(minute / 3)
  t.strictSame(await ask(), { fetch: 1, keys: [] })
  advance(minute / 3)
  t.strictSame(await ask(), { fetch: 2, keys: [] }, 'what is older is fetched again')
  t.equal(fetches(), 2)
})

t.test(
  'unknown keys cause a fetch every five minutes, to all workers together, that brings each the newest',
  async t => {
    const { ask, advance } = await served(t)
    await ask()
    t.strictSame(await ask(true), { fetch: 1, keys: [] }, 'not looked for again so soon')
    advance(minute)
    t.strictSame(await ask(true), { fetch: 2, keys: [] })
    advance(minute)
    t.strictSame(
      [await ask(true), await ask(true)],
      [
        { fetch: 2, keys: [] },
        { fetch: 2, keys: [] }
      ]
    )
    advance(4 * minute)
    t.strictSame(await ask(true), { fetch: 3, keys: [] })
    advance(minute)
    t.strictSame(await ask(), { fetch: 4, keys: [] }, 'a refresh is none for unknown keys')
    advance(minute)
    t.strictSame(await ask(true), { fetch: 5, keys: [] }, 'after which the next one is a new case')
  }
)

t.test('a failure is for all who wait, and not remembered', async t => {
  const { ask, answers } = await served(t)
  answers(500)
  const both = await Promise.allSettled([ask(), ask()])
  t.match(both, [
    { status: 'rejected', reason: /answered 500/ },
    { status: 'rejected', reason: /answered 500/ }
  ])
  answers(200)
  t.strictSame(await ask(), { fetch: 2, keys: [] })
})

t.test(
  'what was fetched for an unknown key of another worker is as old as it is, and holds a new key up no longer',
  async t => {
    const { keySet, keys, advance, fetches, now } = await served(t)
    const [old, rolled] = await Promise.all([makeKey('old'), makeKey('new')])
    keys.push(old.jwk)
    const [one, other] = [keySet(t), keySet(t)]
    await Promise.all([one.refresh(), other.refresh()])
    advance(minute)
    await one.refreshForUnknownKey()
    const asked = now()
    keys.push(rolled.jwk)
    advance(4 * minute)
    await other.refreshForUnknownKey()
    t.equal(fetches(), 2)
    t.equal(other.fetchedAt, asked)
    t.equal(other.refreshForUnknownKey(), undefined)
    advance(minute)
    await other.refreshForUnknownKey()
    t.ok(other.find('new'), 'five minutes after the other asked')
    t.equal(fetches(), 3)
  }
)
