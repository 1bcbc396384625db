import { conformance } from '@sluice/test-kit'
import t from 'tap'
import authz from '../src/index.ts'

t.test('keeps the contract of a filter plugin', () =>
  conformance(authz, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      { rules: [{ allow: 'true' }], mode: 'enforce' },
      { rules: [{ id: 'one', deny: 'mcp.tool.name == "x"' }, { require: '"a" in jwt.roles' }], mode: 'shadow' }
    ]
  })
)
