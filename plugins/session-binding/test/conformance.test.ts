import { conformance, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

t.test('session-binding keeps the contract of a filter plugin', () =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [{}],
    requests: [
      { rawHeaders: ['Mcp-Session-Id', 'of-nobody'] },
      { rawHeaders: ['mcp_session_id', 'x', 'last-event-id', '1'] }
    ],
    facts: { principal: fakePrincipal() }
  })
)
