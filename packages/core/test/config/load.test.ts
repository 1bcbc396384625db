import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, loadConfig } from '@sluice/core'
import t, { type Test } from 'tap'

const provider = join(import.meta.dirname, '../../../cli/test/plugins/provider.ts')

const load = async (
  t: Test,
  yaml: string,
  env: NodeJS.ProcessEnv = {},
  files: Record<string, string> = {},
  bases: string[] = []
) => {
  const folder = t.testdir({ 'sluice.yaml': yaml, ...files })
  return loadConfig(join(folder, 'sluice.yaml'), { env, pluginBases: bases, inEveryChain: [] })
}

t.test('defaults are filled in; durations are milliseconds, sizes bytes', async t => {
  const { settings } = await load(
    t,
    `publicUrl: https://MCP.Contoso.Example:443
shutdown: { grace: 2m }
routes:
  - { name: a, path: /a/*, upstream: "http://u:1/x" }
  - name: b
    path: /b
    host: B.Example
    publicUrl: https://b.example
    upstream: { url: "http://u:2", timeouts: { headers: 500ms }, connections: 3, cookies: true }
  - { name: c, path: /*, upstream: "http://u:1" }`
  )
  t.match(settings, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { host: '127.0.0.1', port: 8080 },
    admin: { host: '127.0.0.1', port: 9090 },
    trustedProxies: [],
    limits: { headerBytes: 32768, mcpBodyBytes: 4194304, mcpResultBytes: 16777216 },
    shutdown: { delayMs: 0, graceMs: 120_000 },
    filters: []
  })
  const [a, b, c] = settings.routes
  const upstream = {
    url: 'http://u:1/x',
    connectTimeoutMs: 5000,
    headersTimeoutMs: 300_000,
    connections: undefined,
    cookies: false
  }
  t.match(a, { path: '/a', prefix: true, publicUrl: 'https://mcp.contoso.example/a', upstream })
  t.match(b, {
    host: 'b.example',
    publicUrl: 'https://b.example/b',
    upstream: { headersTimeoutMs: 500, connections: 3, cookies: true }
  })
  t.match(c, { path: '/', prefix: true, publicUrl: 'https://mcp.contoso.example' })
})

t.test('substitutions are made in scalars, and take the type that the schema wants', async t => {
  const yaml = `publicUrl: \${PUBLIC:-https://x.example}
listen: { host: "\${HOST}", port: "\${PORT}" }
routes:
  - name: \${file:./name.txt}
    path: /$\${x\${EMPTY:-y}
    upstream: { url: "http://u:\${PORT}/p", cookies: "\${YES}", connections: "\${PORT}" }
    filters:
      - ${JSON.stringify(provider)}: { size: "\${PORT}", bright: "\${YES}" }`
  const env = { HOST: '127.0.0.2: {injected: true}', PORT: '81', YES: 'true', EMPTY: '' }
  await t.rejects(load(t, yaml, env, { 'name.txt': 'from-file\n' }), /routes\[0\]\.path/, 'a path may not hold ${')
  const { settings } = await load(t, yaml.replace('$${x', 'x'), env, { 'name.txt': 'from-file\n' })
  t.equal(settings.listen.host, env.HOST, 'what was put in is text, whatever it looks like')
  t.equal(settings.listen.port, 81)
  t.match(settings.routes[0], {
    name: 'from-file',
    path: '/xy',
    upstream: { url: 'http://u:81/p', cookies: true, connections: 81 }
  })
  t.strictSame(settings.routes[0]!.filters[0]!.config, { size: 81, bright: true })
})

t.test('a substituted value is never shown', async t => {
  const yaml = `publicUrl: https://x.example
listen: { port: "\${SECRET}" }
routes: [{ name: a, path: /a, upstream: "\${SECRET}" }]`
  const error = await load(t, yaml, { SECRET: 'hunter2' }).catch((reason: unknown) => reason)
  t.ok(error instanceof ConfigError)
  if (!(error instanceof ConfigError)) return
  t.match(error.message, /listen\.port: the value is not an integer/)
  t.notMatch(JSON.stringify(error) + error.message, /hunter2/)
})

t.test('aliases are followed, within bounds', async t => {
  const { settings } = await load(
    t,
    `publicUrl: https://x.example
routes:
  - { name: a, path: /a, upstream: &u { url: "http://u:1", connections: 2 } }
  - { name: b, path: /b, upstream: *u }`
  )
  t.strictSame(settings.routes[1]!.upstream, settings.routes[0]!.upstream)
  const lines = Array.from({ length: 200 }, (_, i) => `  - { name: r${i}, path: /r${i}, upstream: *u }`)
  const bomb = `publicUrl: https://x.example\nroutes:\n  - { name: a, path: /a, upstream: &u "http://u:1" }\n${lines.join('\n')}`
  await t.rejects(load(t, bomb), /more than 100 aliases/)
})

const packaged = (name: string, where: string) => `export default { name: '${name}', version: '1.0.0', api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: {} }, create: () => ({ at: '${where}' }) }`

const install = (folder: string, name: string, plugin: string, where: string): void => {
  const at = join(folder, 'node_modules', name)
  mkdirSync(at, { recursive: true })
  const exports = { '.': { import: './lib.js' } }
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', exports }))
  writeFileSync(join(at, 'lib.js'), packaged(plugin, where))
}

t.test('a plugin package is looked for beside the configuration first, then beside the command', async t => {
  const folder = t.testdir({ etc: {}, command: {} })
  install(join(folder, 'etc'), '@contoso/sluice-dlp', 'dlp', 'etc')
  install(join(folder, 'command'), '@contoso/sluice-dlp', 'dlp', 'command')
  install(join(folder, 'command'), 'only-command', 'only-command', 'command')
  install(join(folder, 'command'), '@sluice/plugin-short', 'short', 'command')
  const file = join(folder, 'etc/sluice.yaml')
  writeFileSync(
    file,
    `publicUrl: https://x.example
filters: [{ "@contoso/sluice-dlp": {} }, { only-command: }, { short: { id: named } }]
routes: [{ name: a, path: /a, upstream: "http://u:1" }]`
  )
  const command = pathToFileURL(join(folder, 'command/index.js')).href
  const { settings } = await loadConfig(file, { env: {}, pluginBases: [command], inEveryChain: [] })
  t.strictSame(
    settings.filters.map(entry => entry.identity),
    ['global/dlp', 'global/only-command', 'global/named']
  )
  const made = settings.filters.map(async entry => entry.plugin.create({}, undefined as never))
  t.strictSame(await Promise.all(made), [{ at: 'etc' }, { at: 'command' }, { at: 'command' }])
})

t.test('a file that is not there says so', async t => {
  await t.rejects(
    loadConfig('/nowhere/sluice.yaml', { env: {}, pluginBases: [], inEveryChain: [] }),
    /there is no such file/
  )
})

t.test('a plugin that cannot be loaded says why, and what to do', async t => {
  const files = {
    'enum.ts': 'export enum Colour { Red }\nexport default {}',
    'syntax.js': "export default { name: 'x' version: '1' }",
    'thrown.js': "throw 'no error at all'"
  }
  const advice = { 'enum.ts': /no enums/, 'syntax.js': /Unexpected identifier/, 'thrown.js': /no error at all/ }
  for (const [file, expected] of Object.entries(advice)) {
    const yaml = `publicUrl: https://x.example\nroutes: [{ name: a, path: /a, upstream: "http://u:1", filters: [{ ./${file}: {} }] }]`
    await t.rejects(load(t, yaml, {}, files), expected)
  }
})

t.test('two plugins whose schemas have one $id do not meet', async t => {
  const plugin = (name: string, key: string): string =>
    `export default { name: '${name}', version: '1.0.0', api: 1, create: () => ({}), configSchema: { $id: 'config.json', type: 'object', additionalProperties: false, properties: { ${key}: { $ref: '#/definitions/v' } }, definitions: { v: { type: 'string' } } } }`
  const files = { 'one.js': plugin('one', 'a'), 'two.js': plugin('two', 'b') }
  const { settings } = await load(
    t,
    `publicUrl: https://mcp.contoso.example
filters: [{ ./one.js: { a: x } }, { ./two.js: { b: y } }]
routes: [{ name: a, path: /a, upstream: "http://u:1" }]`,
    {},
    files
  )
  t.strictSame(
    settings.filters.map(({ config }) => config),
    [{ a: 'x' }, { b: 'y' }]
  )
})
