import { conformance } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

t.test('origin keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      {},
      { allowed: ['https://page.contoso.example'], hosts: ['host.docker.internal'], allowedHeaders: ['X-A'] }
    ]
  })
)
