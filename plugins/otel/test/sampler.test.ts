import t from 'tap'
import { RandomIds } from '../src/random-ids.ts'
import { samplers } from '../src/sampler.ts'

const ids = new RandomIds()
const parent = (sampled: boolean) => ({ traceId: ids.traceId(), spanId: ids.spanId(), sampled })
const TRACES = Array.from({ length: 20_000 }, () => ids.traceId())

t.test('ids are random, of their length, and never the same', async t => {
  t.equal(new Set(TRACES).size, TRACES.length)
  for (const id of TRACES.slice(0, 500)) t.match(id, /^[\da-f]{32}$/)
  t.match(ids.spanId(), /^[\da-f]{16}$/)
})

t.test('a ratio is one of traces, the same of them for everybody, and a larger one has those of a smaller', async t => {
  const [tenth, half] = [samplers.traceidratio(0.1), samplers.traceidratio(0.5)]
  const sampled = TRACES.filter(id => tenth(undefined, id))
  // Six standard deviations.
  t.ok(Math.abs(sampled.length - 2000) < 255, String(sampled.length))
  for (const id of sampled) t.ok(half(undefined, id) && tenth(parent(false), id))
  t.equal(samplers.traceidratio(0.5)(undefined, `${'0'.repeat(19)}8${'0'.repeat(12)}`), true)
  t.equal(samplers.traceidratio(0.5)(undefined, `${'f'.repeat(19)}7${'f'.repeat(12)}`), false)
})

t.test('0 is none, 1 is all', async t => {
  for (const id of TRACES.slice(0, 100)) {
    t.equal(samplers.traceidratio(0)(undefined, id), false)
    t.equal(samplers.traceidratio(1)(undefined, id), true)
  }
})

t.test('within a trace the caller has decided, for samplers that go by it', async t => {
  const [id = ''] = TRACES
  for (const sampled of [true, false]) {
    for (const name of ['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const)
      t.equal(samplers[name](0.5)(parent(sampled), id), sampled, name)
    t.equal(samplers.always_on()(parent(sampled), id), true)
    t.equal(samplers.always_off()(parent(sampled), id), false)
  }
  t.equal(samplers.parentbased_always_on()(undefined, id), true)
  t.equal(samplers.parentbased_always_off()(undefined, id), false)
})
