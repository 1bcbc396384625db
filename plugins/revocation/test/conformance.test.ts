import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { conformance, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

t.test('revocation keeps the contract of a filter plugin', t => {
  const directory = t.testdir()
  const list = (name: string, revoked: readonly object[]): { file: string } => {
    writeFileSync(join(directory, name), JSON.stringify({ revoked }))
    return { file: name }
  }
  const { tenantId: tenant, objectId: object } = fakePrincipal()
  return conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    directory,
    configs: [list('nobody.json', []), list('caller.json', [{ tenant, object }])],
    facts: { principal: fakePrincipal() }
  })
})
