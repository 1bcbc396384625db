import t from 'tap'
import { compare, driftOf, median, spread } from '../harness/statistics.ts'

t.test('the median does not follow an outlier', async t => {
  t.equal(median([3, 1, 1000]), 3)
  t.equal(median([4, 1, 2, 3]), 2.5)
  t.throws(() => median([]), RangeError)
})

t.test('the spread is from the least to the most', async t => {
  t.strictSame(spread([3, 1, 2]), [1, 3])
})

t.test('a drift is seen through what goes up and down, and an outlier makes none', async t => {
  t.equal(driftOf([10, 12, 14, 16]), 6)
  t.equal(driftOf([10, 11, 90, 11, 10, 11, 10]), 0)
  t.equal(driftOf([10]), 0)
})

t.test('what shakes both sides of a round is no change', async t => {
  const { ratio, changed } = compare([60, 90, 62, 120, 61], [60, 90, 62, 120, 61])
  t.equal(ratio, 1)
  t.notOk(changed)
})

t.test('a difference within the noise is no change', async t => {
  t.notOk(compare([100, 100, 100, 100, 100, 100, 100], [97, 104, 95, 106, 98, 102, 96]).changed)
})

t.test('a steady difference is one, in both directions, beside a round that was shaken', async t => {
  t.ok(compare([100, 100, 100, 200, 100, 100, 100], [90, 91, 90, 180, 60, 89, 92]).changed)
  t.ok(compare([100, 100, 100, 100, 100, 100], [110, 111, 110, 109, 110, 112]).changed)
})

t.test('a round that says otherwise makes it none, where there are only a few', async t => {
  t.notOk(compare([100, 100, 100, 100, 100, 100], [90, 91, 90, 101, 89, 92]).changed)
})

t.test('less than a hundredth is no change, however steady', async t => {
  t.notOk(compare([100, 100, 100, 100, 100, 100], [99.5, 99.5, 99.5, 99.5, 99.5, 99.5]).changed)
})

t.test('five rounds say nothing', async t => {
  t.notOk(compare([100, 100, 100, 100, 100], [50, 50, 50, 50, 50]).changed)
})
