import t from 'tap'
import { type Arrivals, ForgettingArrivals, SharingArrivals } from '../src/arrivals.ts'
import { rateOf } from '../src/gcra.ts'
import { MemoryStore } from '../src/memory-store.ts'

const once = rateOf(1, 60_000, 1)

/** Takes one call of each caller, with a clock that stands until it is moved. */
const taking = (arrivals: Arrivals) => {
  let now = 0
  const store = new MemoryStore(arrivals, () => now)
  return {
    advance: (ms: number) => void (now += ms * 1000),
    take: (...callers: readonly string[]) => callers.map(key => store.take([{ key, cost: 1 }], once).allowed)
  }
}

void t.test('a caller who is forgotten to make room starts anew, and nobody else', async t => {
  const { take } = taking(new ForgettingArrivals(2))
  t.same(take('a', 'b', 'a', 'b', 'c', 'b', 'a'), [true, true, false, false, true, false, true])
})

void t.test('names that are made up free no other, and share one limit where there is no room', async t => {
  const { advance, take } = taking(new SharingArrivals(2))
  t.same(take('a', 'b', 'c', 'd', 'a', 'b'), [true, true, true, false, false, false])
  advance(60_000)
  t.same(
    take('a', 'c', 'd', 'c', 'a'),
    [true, true, true, false, false],
    'and room is made for others once their time is over'
  )
})

void t.test('all charges are taken, or none', async t => {
  const store = new MemoryStore(new SharingArrivals(100), () => 0)
  const rate = rateOf(3, 3000, 3)
  const take = (charges: Readonly<Record<string, number>>) => {
    const { allowed, cost, ahead } = store.take(
      Object.entries(charges).map(([key, cost]) => ({ key, cost })),
      rate
    )
    return [allowed, cost, ahead]
  }
  t.same(take({ a: 2, b: 1 }), [true, 2, 2_000_000])
  t.same(take({ a: 2, b: 1 }), [false, 2, 2_000_000], 'what waits longest is told')
  t.same(take({ a: 1, b: 2 }), [true, 1, 3_000_000], 'and nothing was paid')
  t.same(take({ a: 1, b: 1, c: 1 }), [false, 1, 3_000_000])
  t.same(take({ c: 3 }), [true, 3, 3_000_000])
})

void t.test('charges that find no room are one', async t => {
  const store = new MemoryStore(new SharingArrivals(1), () => 0)
  const rate = rateOf(3, 3000, 3)
  const take = (...keys: readonly string[]) =>
    store.take(
      keys.map(key => ({ key, cost: 1 })),
      rate
    ).allowed
  t.same(
    [take('a'), take('b', 'c', 'd', 'e'), take('b', 'c', 'd'), take('e'), take('a')],
    [true, false, true, false, true]
  )
})
