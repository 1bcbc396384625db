import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { Documents } from '../src/documents.ts'
import { ManualRuntime } from './manual-runtime.ts'

const minute = 60_000

const served = async (t: Test) => {
  let fetches = 0
  let status = 200
  const server = createServer((_req, res) => void res.writeHead(status).end(JSON.stringify({ fetch: ++fetches })))
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
    ask: async (unknownKey = false) => documents.answer({ url, unknownKey }),
    answers: (code: number) => void (status = code),
    fetches: () => fetches
  }
}

t.test('workers that ask at the same time, or one after the other, cause one fetch', async t => {
  const { ask, advance, fetches } = await served(t)
  t.strictSame(await Promise.all([ask(), ask(), ask()]), [{ fetch: 1 }, { fetch: 1 }, { fetch: 1 }])
  advance(minute / 3)
  t.strictSame(await ask(), { fetch: 1 })
  advance(minute / 3)
  t.strictSame(await ask(), { fetch: 2 }, 'what is older is fetched again')
  t.equal(fetches(), 2)
})

t.test(
  'unknown keys cause a fetch every five minutes, to all workers together, that brings each the newest',
  async t => {
    const { ask, advance } = await served(t)
    await ask()
    t.strictSame(await ask(true), { fetch: 1 }, 'not looked for again so soon')
    advance(minute)
    t.strictSame(await ask(true), { fetch: 2 })
    advance(minute)
    t.strictSame([await ask(true), await ask(true)], [{ fetch: 2 }, { fetch: 2 }])
    advance(4 * minute)
    t.strictSame(await ask(true), { fetch: 3 })
    advance(minute)
    t.strictSame(await ask(), { fetch: 4 }, 'a refresh is none for unknown keys')
    advance(minute)
    t.strictSame(await ask(true), { fetch: 5 }, 'after which the next one is a new case')
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
  t.strictSame(await ask(), { fetch: 2 })
})
