import { conformance } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

const principal = {
  tenantId: 't',
  objectId: 'o',
  clientId: 'c',
  kind: 'user',
  name: 'Adele Vance',
  scopes: ['mcp_access'],
  roles: [],
  groups: [],
  expiresAt: 4_102_444_800,
  claims: {}
}

t.test('scope keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      { required: ['mcp_access'] },
      { required: ['mcp_admin'], appRoles: ['Mcp.Read'] },
      { appRoles: ['Mcp.Read'] }
    ],
    facts: { principal }
  })
)
