import { conformance } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

const principal = {
  tenantId: 't',
  objectId: 'o',
  clientId: 'c',
  kind: 'user',
  name: 'Adele Vance',
  scopes: [],
  roles: [],
  groups: [],
  expiresAt: 4_102_444_800,
  claims: {}
}

t.test('session-binding keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [{}],
    requests: [
      { rawHeaders: ['Mcp-Session-Id', 'of-nobody'] },
      { rawHeaders: ['mcp_session_id', 'x', 'last-event-id', '1'] }
    ],
    facts: { principal }
  })
)
