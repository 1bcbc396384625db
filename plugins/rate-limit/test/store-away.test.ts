import { fakeContext, fakeExchange } from '@sluice/test-kit'
import t from 'tap'
import { CallLimit } from '../src/call-limit.ts'
import { rateOf } from '../src/gcra.ts'
import { TableOwner } from '../src/table-owner.ts'

const calls = { limit: 1, perMs: 1000, rate: rateOf(1, 1000, 1), cost: undefined, key: 'k' }

for (const [onStoreError, outcome, decision] of [
  ['deny', { status: 503, code: 'SLUICE_RATE_LIMIT_STORE_AWAY' }, 'store_away'],
  ['allow', undefined, 'uncounted']
] as const) {
  t.test(`a table that another worker keeps locked is a store that is away: ${onStoreError}`, async t => {
    const owner = new TableOwner(10)
    const ctx = fakeContext({ workers: 2, singletons: { arrivals: () => owner } })
    t.teardown(() => ctx.close())
    const settings = { by: 'ip', store: 'memory', max: 10, onStoreError, kinds: undefined, readsMessages: [] } as const
    const limit = await CallLimit.open(calls, { ...settings, calls, streams: undefined }, ctx)
    new Int32Array(owner.answer(null, 1).table.locks).fill(9)
    t.match(limit.takeRequest(fakeExchange({ method: 'POST' }), 'a'), outcome)
    t.equal(ctx.metrics.value('sluice_rate_limit_decisions_total', ctx.entry, decision), 1)
  })
}
