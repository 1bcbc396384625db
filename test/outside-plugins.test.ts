import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { command } from './packed/command.ts'
import { pack } from './packed/pack.ts'
import { root } from './packed/publishable.ts'
import { whileServing } from './packed/served.ts'
import { packThirdParty } from './packed/third-party.ts'
import { upstream } from './support/upstream.ts'
import { Walkthrough } from './support/walkthrough.ts'

const base = mkdtempSync(join(tmpdir(), 'sluice-outside-'))
const gateway = join(base, 'gateway')
const packages = join(base, 'sluice-packages')
t.teardown(() => rm(base, { recursive: true }))
// npm installs some fifty packages.
t.setTimeout(300_000)

// No registry: what the packages need of others is packed as it is installed here.
const offline = { npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false', LOG_LEVEL: 'info' }

/** What the gateway answers when its clock shows the hour. */
const answerAt = async (hour: number, env: NodeJS.ProcessEnv) => {
  const clock = `--import=data:text/javascript,Date.prototype.getUTCHours=()=>${hour}`
  const { exit, used } = await whileServing(gateway, { ...env, NODE_OPTIONS: clock }, url => fetch(`${url}/mcp`))
  return { status: used.status, code: used.headers.get('x-sluice-error'), exit }
}

t.test('docs/writing-a-plugin.md leads from an empty folder to a plugin at work, with npm alone', async t => {
  await pack(packages)
  await packThirdParty(packages)
  const { url } = await upstream(t, (_req, res) => void res.end('open'))
  const env = { MCP_UPSTREAM: url, PORT: '0', ADMIN_PORT: '0' }
  const document = readFileSync(join(root, 'docs/writing-a-plugin.md'), 'utf8')
  const used: string[] = []
  for await (const { commands, printed } of new Walkthrough(document, base, { ...offline, ...env }).steps()) {
    if (/^node --test|^npm test/m.test(commands))
      t.match(printed, /^(?:ℹ|#) fail 0$/m, `${commands.trim()}: nothing fails`)
    if (!commands.startsWith('npx sluice check')) continue
    t.strictSame(await answerAt(7, env), { status: 403, code: 'CONTOSO_CLOSED', exit: 0 }, 'before hours')
    t.strictSame(await answerAt(8, env), { status: 200, code: null, exit: 0 }, 'in hours')
    used.push(/\S*business-hours\S*(?=:)/.exec(readFileSync(join(gateway, 'sluice.yaml'), 'utf8'))![0])
  }
  t.strictSame(used, ['./business-hours.ts', '"@contoso/sluice-business-hours"'], 'first the file, then the package')
  const listed = await command('node_modules/.bin/sluice', ['plugins'], gateway, env)
  t.match(listed, /"from": "@contoso\/sluice-business-hours"/)
})

const misuse = `import { definePlugin, type Plugin } from '@sluice/plugin-api'

const about = { name: 'a', version: '1.0.0', api: 1, configSchema: {} } as const
definePlugin<{ from: number }>({ ...about, create: ({ from }) => ({ onRequest: () => (from > 1 ? undefined : { status: 403 }) }) })
// @ts-expect-error -- another api
definePlugin({ ...about, api: 2, create: () => ({}) })
// @ts-expect-error -- no such key
definePlugin<{ from: number }>({ ...about, create: ({ to }) => ({ onRequest: () => undefined }) })
// @ts-expect-error -- a reply is an object
definePlugin({ ...about, create: () => ({ onRequest: () => 403 }) })
// @ts-expect-error -- no factory
export default about satisfies Plugin
`

t.test('its files, and a plugin that is typed wrong, are told apart by the published types', async t => {
  writeFileSync(join(gateway, 'misuse.ts'), misuse)
  const readme = readFileSync(join(root, 'packages/plugin-api/README.md'), 'utf8')
  writeFileSync(join(gateway, 'stamp.ts'), /(?<=```ts\n)[^]*?(?=```)/.exec(readme)![0])
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    checkJs: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node']
  }
  const files = ['misuse.ts', 'stamp.ts', 'business-hours.ts', 'business-hours.test.ts', 'business-hours/index.js']
  writeFileSync(join(gateway, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  await t.resolves(command(join(root, 'node_modules/.bin/tsc'), ['--project', gateway], gateway))
})
