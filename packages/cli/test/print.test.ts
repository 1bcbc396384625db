import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { effectiveYaml } from '../src/effective-yaml.ts'
import { loadFile } from '../src/load-file.ts'
import { type PluginLine, pluginTable } from '../src/plugin-table.ts'
import { sluice } from './sluice.ts'

const secretive = `export default { name: 'secretive', version: '3.2.1', api: 1, create: () => ({}), configSchema: {
  type: 'object', additionalProperties: false, properties: {
    password: { type: 'string', writeOnly: true },
    store: { oneOf: [{ const: 'memory' }, { type: 'object', properties: { key: { $ref: '#/definitions/secret' } } }] },
    keys: { type: 'array', items: { type: 'object', properties: { name: {}, secret: { type: 'string', writeOnly: true } } } },
    mild: { type: 'boolean', default: true } },
  definitions: { secret: { type: 'string', writeOnly: true } } } }`

const config = `publicUrl: https://mcp.contoso.example
sealing: { keys: [hush-hush-hush-hush-hush-hush-hush] }
filters:
  - ./secretive.js: { password: "\${PASSWORD}", store: { key: hush }, keys: [{ name: a, secret: quiet }] }
routes:
  - name: all
    path: /mcp
    upstream: http://127.0.0.1:3001/mcp
    filters: [{ ./secretive.js: { id: other } }]
  - name: own
    path: /own
    upstream: http://127.0.0.1:3001/mcp
    filters: [{ origin: { allowed: ["https://chat.contoso.example"] } }]
`

const folder = (t: Test): string =>
  t.testdir({ 'sluice.yaml': config, 'secretive.js': secretive, 'package.json': '{"type":"module"}' })

t.test('print shows what is served: whole chains, defaults, and no secret', async t => {
  const { code, stdout } = await sluice(['print'], folder(t), { PASSWORD: 'shh' })
  t.equal(code, 0)
  t.notMatch(stdout, /shh|hush|quiet/)
  const shown = {
    password: '(hidden)',
    store: { key: '(hidden)' },
    keys: [{ name: 'a', secret: '(hidden)' }],
    mild: true
  }
  const effective = JSON.parse(stdout) as { filters: object[]; routes: { filters: object[] }[] }
  const origin = { allowed: [], hosts: [], allowedHeaders: [] }
  t.match(effective, { listen: { host: '127.0.0.1', port: 8080 }, shutdown: { grace: '25s' } })
  t.strictSame(effective.filters, [{ origin }, { './secretive.js': shown }])
  t.strictSame(
    effective.routes.map(route => route.filters),
    [
      [{ origin }, { './secretive.js': shown }, { './secretive.js': { id: 'other', mild: true } }],
      [{ './secretive.js': shown }, { origin: { ...origin, allowed: ['https://chat.contoso.example'] } }]
    ]
  )
})

t.test(
  'a filter that belongs behind who finds out the caller is shown there, and says so where nobody does',
  async t => {
    const signIn =
      '{ jwt-entra: { issuer: "https://id.contoso.example", jwks: { url: "https://id.contoso.example/keys" }, audiences: [x] } }'
    const yaml = `publicUrl: https://mcp.contoso.example
filters: [{ revocation: { file: list.json } }, { rate-limit: { by: ip, limit: 9 } }]
routes:
  - { name: guarded, path: /a, upstream: "http://127.0.0.1:1", filters: [${signIn}, { scope: { required: [mcp_access] } }] }
  - { name: open, path: /b, upstream: "http://127.0.0.1:1" }`
    const { code, stdout, stderr } = await sluice(['print'], t.testdir({ 'sluice.yaml': yaml }))
    t.equal(code, 0, stderr)
    const { routes } = JSON.parse(stdout) as { routes: { filters: object[] }[] }
    t.strictSame(
      routes.map(({ filters }) => filters.flatMap(filter => Object.keys(filter))),
      [
        ['origin', 'rate-limit', 'jwt-entra', 'revocation', 'scope'],
        ['origin', 'revocation', 'rate-limit']
      ]
    )
  }
)

t.test('at a terminal it is YAML, and says which entry is which', async t => {
  process.env['PASSWORD'] = 'shh'
  const yaml = effectiveYaml(await loadFile(join(folder(t), 'sluice.yaml')))
  t.match(yaml, /# global\/origin\n +- origin:[^]*# global\/secretive[^]*# all\/other[^]*# own\/origin/)
  t.notMatch(yaml, /shh|hush|quiet/)
  t.match(parse(yaml), { routes: [{ name: 'all' }, { name: 'own' }] })
})

t.test('plugins lists what comes with the command, and what the configuration adds', async t => {
  const { code, stdout } = await sluice(['plugins'], folder(t), { PASSWORD: 'shh' })
  t.equal(code, 0)
  const lines = JSON.parse(stdout) as PluginLine[]
  t.match(
    lines.find(({ name }) => name === 'jwt-entra'),
    { from: 'built in', provides: ['principal'], entries: [] }
  )
  t.match(
    lines.find(({ name }) => name === 'origin'),
    { entries: ['global/origin', 'own/origin'] }
  )
  t.match(
    lines.find(({ name }) => name === 'secretive'),
    {
      version: '3.2.1',
      from: './secretive.js',
      entries: ['global/secretive', 'all/other']
    }
  )
  t.match(
    pluginTable(lines),
    /^NAME +VERSION +FROM +PROVIDES +USED BY\n[^]*\nentra-oauth +\S+ +built in +- +-\njwt-entra +\S+ +built in +principal +-\n/
  )
})

t.test('without a configuration, plugins lists the built-in ones; a broken one is told of', async t => {
  const none = await sluice(['plugins'], t.testdir({}))
  t.equal(none.code, 0)
  const names = (JSON.parse(none.stdout) as { name: string }[]).map(({ name }) => name)
  t.strictSame(names, [
    'audit',
    'authz',
    'entra-oauth',
    'jwt-entra',
    'origin',
    'otel',
    'prm',
    'rate-limit',
    'revocation',
    'scope',
    'session-binding'
  ])
  for (const command of ['plugins', 'print']) {
    const { code, stderr, stdout } = await sluice([command, '--config', 'nowhere.yaml'], t.testdir({}))
    t.strictSame([code, stdout], [1, ''])
    t.match(stderr, /nowhere.yaml:1:1 there is no such file/)
  }
})
