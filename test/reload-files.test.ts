import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { embeddedGateway } from './support/generations.ts'
import { settled } from './support/settled.ts'
import { upstream } from './support/upstream.ts'
import { told } from './support/log.ts'

const yaml = (url: string, filter = '') => `publicUrl: http://127.0.0.1
listen: { port: 0 }
admin: { port: 0 }
shutdown: { grace: 0s }
routes:
  - name: all
    path: /*
    upstream: ${url}
    filters: [${filter}]
`

const answering = (text: string) => `export default {
  name: 'own', version: '1.0.0', api: 1, configSchema: { type: 'object' },
  create: () => ({ onRequest: () => ({ status: 200, body: '${text}' }) })
}`

const served = async (url: string): Promise<string> => (await fetch(url)).text()

/** A gateway of a file, which can be written anew. */
const gatewayOf = async (t: Test, filter: string, files: Record<string, string | object> = {}) => {
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const folder = t.testdir({ 'sluice.yaml': yaml(url, filter), ...files })
  const file = join(folder, 'sluice.yaml')
  const gateway = await embeddedGateway(t, file)
  return {
    folder,
    file,
    gateway,
    write: (text: string) => writeFileSync(file, text),
    yaml: (own: string) => yaml(url, own)
  }
}

t.test('a broken file leaves the old configuration in place, and says where it is broken', async t => {
  const { gateway, file, write, yaml } = await gatewayOf(t, '')
  const gauges = async () => {
    const text = await served(`${gateway.adminUrl}/metrics`)
    const value = (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)![1])
    return [
      value('sluice_config_last_reload_successful'),
      value('sluice_config_last_reload_success_timestamp_seconds')
    ] as const
  }
  const [ok, at] = await gauges()
  t.equal(ok, 1, 'the start counts')
  t.ok(Math.abs(at - Date.now() / 1000) < 60, 'in seconds since 1970')

  const broken: [string, RegExp][] = [
    [yaml('').replace('shutdown', 'shutdwon'), /sluice\.yaml:4:1 shutdwon: unknown key "shutdwon"\n +Did you mean/],
    [yaml('{ nothing: {} }'), /sluice\.yaml:9:17 routes\[0\]\.filters\[0\]\.nothing: there is no filter "nothing"/],
    [yaml('['), /sluice\.yaml:\d+:\d+ not YAML/]
  ]
  for (const [text, complaint] of broken) {
    write(text)
    await t.rejects(gateway.reload(), { name: 'ConfigError', message: complaint })
    t.match(told(gateway).at(-1), { level: 'error', fields: { issues: [complaint] }, message: /the one before stays/ })
    t.strictSame(await gauges(), [0, at])
    t.equal(await served(gateway.url), 'upstream')
  }
  rmSync(file)
  await t.rejects(gateway.reload(), /there is no such file/)
  write(yaml(''))
  await gateway.reload()
  const [mended, later] = await gauges()
  t.equal(mended, 1)
  t.ok(later > at)
})

t.test('changed code of a plugin is not run, and the log says that it wants a restart', async t => {
  const files = { 'own.js': answering('first'), 'still.js': answering('still').replace('own', 'still') }
  const { gateway, folder } = await gatewayOf(t, './own.js: {}, ./still.js: {}', files)
  const warnings = () => gateway.log.filter(({ level }) => level === 'warn').map(({ fields }) => fields['plugin'])
  await gateway.reload()
  t.strictSame(warnings(), [])
  writeFileSync(join(folder, 'own.js'), answering('second'))
  await gateway.reload()
  t.equal(await served(gateway.url), 'first')
  t.strictSame(warnings(), ['./own.js'])
  t.match(told(gateway).at(-1)!.message, /restart/)
  rmSync(join(folder, 'own.js'))
  await gateway.reload()
  t.equal(await served(gateway.url), 'first', 'what was loaded runs without its file')
})

t.test('another version of a plugin package is noticed by its package.json', async t => {
  const { gateway, folder, write, yaml } = await gatewayOf(t, '')
  const at = join(folder, 'node_modules/contoso-dlp')
  const manifest = (version: string) =>
    JSON.stringify({ name: 'contoso-dlp', version, type: 'module', exports: './own.js' })
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'own.js'), answering('first'))
  writeFileSync(join(at, 'package.json'), manifest('1.0.0'))
  write(yaml('contoso-dlp: {}'))
  await gateway.reload()
  t.equal(await served(gateway.url), 'first', 'a plugin that no configuration named before is loaded')
  t.equal(told(gateway).at(-1)!.level, 'info')
  writeFileSync(join(at, 'package.json'), manifest('1.0.1'))
  await gateway.reload()
  t.match(told(gateway).at(-1), { level: 'warn', fields: { plugin: 'contoso-dlp' } })
})

t.test('a plugin that threw when it was loaded and was mended wants a restart, too', async t => {
  const { gateway, folder, write, yaml } = await gatewayOf(t, '')
  const plugin = join(folder, 'own.js')
  writeFileSync(plugin, "throw new Error('not today')")
  write(yaml('./own.js: {}'))
  for (let i = 0; i < 2; i++) await t.rejects(gateway.reload(), /cannot be loaded: not today\n +Mend the plugin/)
  writeFileSync(plugin, answering('mended'))
  await t.rejects(gateway.reload(), /cannot be loaded: not today\n +It has changed since .*restart/)
})

t.test('another file takes over with its folder, and a value after it', async t => {
  const { gateway, folder, yaml } = await gatewayOf(t, './own.js: {}', { 'own.js': answering('one'), other: {} })
  t.equal(await served(gateway.url), 'one')
  const other = join(folder, 'other/sluice.yaml')
  writeFileSync(join(folder, 'other/own.js'), answering('two'))
  writeFileSync(other, yaml('./own.js: {}'))
  await gateway.reload(other)
  t.equal(await served(gateway.url), 'two')
  t.equal(gateway.config.file, other)
  writeFileSync(other, yaml(''))
  await gateway.reload()
  t.equal(await served(gateway.url), 'upstream', 'the other file is read again')
})

t.test('a program that fails when it is told of a change is told of it, and of the next one', async t => {
  const { url } = await upstream(t)
  const folder = t.testdir({ 'sluice.yaml': yaml(url) })
  const file = join(folder, 'sluice.yaml')
  const failing = [
    () => {
      throw new Error('not today')
    },
    () => Promise.reject(new Error('nor tomorrow'))
  ]
  const gateway = await embeddedGateway(t, file, { patience: { lookMs: 1 }, changed: () => failing.shift()?.() })
  for (const [n, message] of ['not today', 'nor tomorrow'].entries()) {
    writeFileSync(file, yaml(url) + '#'.repeat(n + 1))
    await settled(() => told(gateway).some(line => String(line.fields['err']).includes(message)), message)
    t.match(told(gateway).at(-1), {
      level: 'error',
      fields: { file },
      message: 'the program failed when it was told that a file changed'
    })
    await gateway.reload()
  }
})
