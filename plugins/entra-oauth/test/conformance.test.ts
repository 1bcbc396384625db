import { conformance } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

const common = {
  tenant: '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44',
  clientId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  credential: { secret: 'a secret' },
  // Nobody listens there: metadata that never comes holds nothing open either.
  authority: 'http://127.0.0.1:1',
  scopes: ['api://b92d6e60-86ff-4359-b971-04404fe079ec/mcp_access']
}

t.test('entra-oauth keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      { ...common, clients: [{ id: 'a', redirectUris: ['http://127.0.0.1/callback'] }] },
      { ...common, registration: 'both', redirectHosts: ['claude.ai'], prompt: 'login', offlineAccess: 'requested' }
    ],
    requests: [
      {
        method: 'GET',
        path: '/oauth/mcp/authorize',
        query: 'client_id=a&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback&response_type=code&state=s'
      }
    ]
  })
)
