import { conformance } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

t.test('prm keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      {
        tenant: '11111111-2222-4333-8444-555555555555',
        scopesSupported: ['https://mcp.contoso.example/mcp/mcp_access'],
        extra: { 'x-contoso': true }
      },
      { authorizationServers: ['https://id.contoso.example'] }
    ]
  })
)
