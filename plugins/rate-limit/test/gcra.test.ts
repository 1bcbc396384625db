import t from 'tap'
import { addressOf } from '../src/caller.ts'
import { ask, rateOf, remaining, wait } from '../src/gcra.ts'

const SECOND = 1_000_000

void t.test('as many calls as burst at once, then one each interval, and never more', async t => {
  const rate = rateOf(60, 60_000, 3)
  let arrival = 0
  let now = 5 * SECOND
  const take = (cost = 1): boolean => {
    const verdict = ask(arrival, now, cost, rate)
    if (verdict.allowed) arrival = now + verdict.ahead
    return verdict.allowed
  }
  t.same([take(), take(), take(), take()], [true, true, true, false])
  now += SECOND - 1
  t.equal(take(), false, 'a microsecond too early')
  now += 1
  t.equal(take(), true)
  t.equal(take(), false)
  now += 3600 * SECOND
  t.same([take(), take(), take(), take()], [true, true, true, false], 'a long quiet time saves no more than burst')
  now += 3 * SECOND
  t.same([take(2), take(2), take(1), take(1)], [true, false, true, false], 'by cost')
})

void t.test('what is left, and how long to wait', async t => {
  const rate = rateOf(10, 10_000, 10)
  const full = ask(0, 0, 0, rate)
  t.equal(remaining(full, rate), 10)
  const after = ask(0, 0, 4, rate)
  t.same([after.ahead, remaining(after, rate)], [4 * SECOND, 6])
  t.equal(wait({ ...after, cost: 6 }, rate), 0)
  t.equal(wait({ ...after, cost: 7 }, rate), SECOND)
  t.equal(wait({ ...after, cost: 11 }, rate), Infinity, 'more than may ever come at once')
})

void t.test('a limit that does not divide is rounded to fewer calls, never to more', async t => {
  const callsIn = (limit: number, perMs: number): number => {
    const rate = rateOf(limit, perMs, 1)
    return Math.floor((perMs * 1000) / rate.interval)
  }
  t.same(
    [7, 300_000, 600_000, 999_999, 1_000_000].map(limit => callsIn(limit, 1000) <= limit),
    Array(5).fill(true)
  )
  t.equal(callsIn(10_000, 1000), 10_000)
  t.equal(callsIn(1_000_000, 1000), 1_000_000)
})

void t.test('an IPv6 address counts by its /64', async t => {
  const table = {
    '192.0.2.1': '192.0.2.1',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:db8:1:2::': '2001:db8:1:2::/64',
    '2001:DB8:1:2::ffff': '2001:db8:1:2::/64',
    '2001:0db8::1': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    '::': '0:0:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64'
  }
  for (const [address, expected] of Object.entries(table)) t.equal(addressOf(address), expected, address)
})
