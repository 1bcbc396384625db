import { conformance, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

t.test('scope keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      { required: ['mcp_access'] },
      { required: ['mcp_admin'], appRoles: ['Mcp.Read'] },
      { appRoles: ['Mcp.Read'] }
    ],
    facts: { principal: fakePrincipal() }
  })
)
