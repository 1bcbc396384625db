import { conformance, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

t.test('rate-limit keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      { by: 'ip', limit: 1000 },
      { by: 'principal', limit: 60, per: '1h', burst: 30, cost: { search: 10, '*': 2 } },
      { by: 'tool', limit: 5 },
      { by: 'client', streams: 3 },
      // Nobody listens there: a store that is away holds nothing open either.
      { by: 'route', limit: 5, store: 'redis://127.0.0.1:1', onStoreError: 'allow' }
    ],
    facts: { principal: fakePrincipal() },
    counts: true
  })
)
