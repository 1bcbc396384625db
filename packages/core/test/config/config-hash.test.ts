import type { Plugin } from '@sluice/plugin-api'
import t from 'tap'
import { configHash } from '../../src/config/config-hash.ts'
import { loadConfig } from '../../src/config/load.ts'

const plugin: Plugin = {
  name: 'own',
  version: '1.0.0',
  api: 1,
  configSchema: {
    type: 'object',
    properties: { limit: { type: 'integer', default: 5 }, key: { type: 'string', writeOnly: true } }
  },
  create: () => ({})
}

const hashOf = async (filter: object, more: object = {}): Promise<string> =>
  configHash(
    await loadConfig(
      {
        publicUrl: 'http://127.0.0.1',
        ...more,
        routes: [{ name: 'all', path: '/*', upstream: 'http://127.0.0.1:9', filters: [{ own: filter }] }]
      },
      { plugins: [plugin], inEveryChain: [] }
    )
  )

t.test('the hash of a configuration is that of what is served, secrets included', async t => {
  const plain = await hashOf({})
  t.match(plain, /^[0-9a-f]{64}$/)
  t.equal(await hashOf({ limit: 5 }), plain, 'a default that is written down')
  t.equal(await hashOf({}, { listen: { port: 8080 } }), plain)
  const others = [
    await hashOf({ limit: 6 }),
    await hashOf({}, { listen: { port: 8081 } }),
    await hashOf({ key: 'one' }),
    await hashOf({ key: 'two' }),
    await hashOf({ key: '(hidden)' }),
    await hashOf({}, { sealing: { keys: ['a secret of thirty-two characters, or more'] } })
  ]
  t.equal(new Set([plain, ...others]).size, 7)
  t.equal(await hashOf({ key: 'one' }), others[2])
})
