import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { rateOf } from '../src/gcra.ts'
import { OpenStreams } from '../src/open-streams.ts'
import { SharedStore } from '../src/shared-store.ts'
import { StoreAway } from '../src/store.ts'
import { setsOf, WAYS } from '../src/table.ts'
import { TableOwner } from '../src/table-owner.ts'

const single = rateOf(1, 60_000, 1)

/** Stores of two workers over one table, with a clock that stands until it is moved. */
const twoWorkers = (callers: number, madeUp = false) => {
  const owner = new TableOwner(callers)
  let now = 1
  const store = (worker: number) => new SharedStore({ ...owner.answer(null, worker), madeUp, now: () => now })
  const [one, other] = [store(1), store(2)]
  return { owner, one, other, advance: (ms: number) => void (now += ms * 1000) }
}

t.test('what one worker counts counts for the other', async t => {
  const { one, other, advance } = twoWorkers(10)
  const take = (store: SharedStore, key: string) => store.take([{ key, cost: 1 }], single).allowed
  t.strictSame([take(one, 'a'), take(other, 'a'), take(other, 'b'), take(one, 'b')], [true, false, true, false])
  advance(60_000)
  t.strictSame([take(other, 'a'), take(one, 'a')], [true, false])
})

t.test('all charges are taken, or none, whichever worker asks', async t => {
  const { one, other } = twoWorkers(100, true)
  const rate = rateOf(3, 3000, 3)
  const take = (store: SharedStore, charges: Readonly<Record<string, number>>) => {
    const all = Object.entries(charges).map(([key, cost]) => ({ key, cost }))
    const { allowed, cost, ahead } = store.take(all, rate)
    return [allowed, cost, ahead]
  }
  t.strictSame(take(one, { a: 2, b: 1 }), [true, 2, 2_000_000])
  t.strictSame(take(other, { a: 2, b: 1 }), [false, 2, 2_000_000], 'what waits longest is told')
  t.strictSame(take(other, { a: 1, b: 2 }), [true, 1, 3_000_000], 'and nothing was paid')
  t.strictSame(take(one, { a: 1, b: 1, c: 1 }), [false, 1, 3_000_000])
  t.strictSame(take(one, { c: 3 }), [true, 3, 3_000_000])
})

t.test('names that are made up free no other, and share one limit where there is no room', async t => {
  const { one, advance } = twoWorkers(1, true)
  const names = Array.from({ length: 100 }, (_, i) => `name ${i}`)
  const allowed = () => names.filter(key => one.take([{ key, cost: 1 }], single).allowed).length
  t.equal(allowed(), WAYS + 1, 'the places of the only set, and one for all others')
  t.equal(allowed(), 0)
  advance(60_000)
  t.equal(allowed(), WAYS + 1)
})

t.test('of callers whom nobody makes up, who has least to lose makes room', async t => {
  const { one, advance } = twoWorkers(1)
  const take = (key: string) => one.take([{ key, cost: 1 }], single).allowed
  for (let i = 0; i < WAYS; i++) {
    take(`name ${i}`)
    advance(1)
  }
  t.strictSame([take('another'), take(`name ${WAYS - 1}`), take('name 0')], [true, false, true])
})

t.test('a table has room for as many as it is made for', async t => {
  const { one } = twoWorkers(1000, true)
  const names = Array.from({ length: 1000 }, (_, i) => `name ${i}`)
  const without = names.filter(key => !one.take([{ key, cost: 1 }], single).allowed)
  t.ok(without.length < 10, `${without.length} of 1000 found no room`)
})

t.test('a lock that a worker took along is freed when it is gone, and until then nothing is let through', async t => {
  const { owner, one } = twoWorkers(1)
  const locks = new Int32Array(owner.answer(null, 3).table.locks)
  for (let set = 0; set < setsOf(owner.answer(null, 3).table); set++) locks[set] = 3
  const take = () => one.take([{ key: 'a', cost: 1 }], single)
  t.throws(take, StoreAway)
  owner.gone(2)
  t.throws(take, StoreAway, 'another worker holds nothing here')
  owner.gone(3)
  t.equal(take().allowed, true)
})

t.test('threads that count at the same time count exactly', async t => {
  const share = new TableOwner(100).answer(null, 1)
  const rate = rateOf(1000, 3_600_000, 1000)
  const counted = await Promise.all(
    [1, 2, 3, 4].map(async worker => {
      const thread = new Worker(new URL('./counting-thread.ts', import.meta.url), {
        workerData: { rate, share: { ...share, worker } }
      })
      const [allowed] = (await once(thread, 'message')) as [number]
      await once(thread, 'exit')
      return allowed
    })
  )
  t.equal(
    counted.reduce((sum, allowed) => sum + allowed, 0),
    1000,
    `of 4000 that were asked for: ${counted.join()}`
  )
})

t.test('streams are counted over all workers, and those of one that is gone are given back', async t => {
  const streams = new OpenStreams()
  const open = (worker: number, caller = 'a') => streams.answer({ caller, limit: 2 }, worker)
  t.strictSame([open(1), open(2), open(2), open(1)], [true, true, false, false])
  t.equal(open(2, 'b'), true)
  streams.answer({ caller: 'a' }, 2)
  t.strictSame([open(1), open(2)], [true, false])
  streams.gone(1)
  t.strictSame([open(2), open(2), open(2)], [true, true, false])
})
