import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from './command.ts'
import { installNode, type NodeRelease } from './node-release.ts'
import { pack, type Tarball } from './pack.ts'
import { publishable } from './publishable.ts'
import { whileServing } from './served.ts'
import { tarballFaults } from './tarball-rules.ts'

/** The oldest Node that the packages say they run on, and the one that is developed with. */
const NODES = ['22.19.0', '24.21.0']

const configuration = `publicUrl: http://127.0.0.1:8080
listen: { port: 0 }
admin: { port: 0 }
routes:
  - name: everything
    path: /mcp
    upstream: http://127.0.0.1:9/mcp
    filters:
      - ./stamp.ts: { header: x-route }
      - prm: { tenant: 11111111-2222-4333-8444-555555555555, scopesSupported: ["http://127.0.0.1:8080/mcp/mcp_access"] }
      # A port that fetch never connects to (Fetch standard, bad ports): this must not need a network.
      - jwt-entra:
          tenant: 11111111-2222-4333-8444-555555555555
          authority: http://127.0.0.1:9
          audiences: [b92d6e60-86ff-4359-b971-04404fe079ec]
      - scope: { required: [mcp_access] }
      - authz: { rules: [{ allow: mcp.tool.name.matches("^get_") }] }
`

const stamp = `import { definePlugin } from '@sluice/plugin-api'

export default definePlugin<{ header: string }>({
  name: 'stamp', version: '1.0.0', api: 1,
  configSchema: { type: 'object', additionalProperties: false, properties: { header: { type: 'string', description: 'A field.' } } },
  create: ({ header }, ctx) => ({ onResponse: head => head.set(header, ctx.route.name) })
})
`

const conforms = `import plugin from './stamp.ts'
import { conformance } from '@sluice/test-kit'
await conformance(plugin, { module: new URL('./stamp.ts', import.meta.url), configs: [{ header: 'x-a' }, { header: 'x-b' }] })
`

// npm run pack:check [-- --verbose]
const verbose = process.argv.includes('--verbose')
const work = mkdtempSync(join(tmpdir(), 'sluice-packed-'))
try {
  const tarballs = await pack(join(work, 'tarballs'))
  inspect(tarballs)
  const folder = await install(tarballs, join(work, 'empty'))
  for (const version of NODES) await use(folder, await installNode(version, join(work, `node-${version}`)))
} finally {
  rmSync(work, { recursive: true })
}

function inspect(tarballs: readonly Tarball[]): void {
  const packages = publishable()
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]))
  assert.equal(tarballs.length, packages.length)
  for (const tarball of tarballs) {
    const { name, version, size, unpackedSize, files } = tarball
    console.log(`${name}@${version}: ${files.length} files, ${kB(size)} packed, ${kB(unpackedSize)} unpacked`)
    if (verbose) for (const file of files) console.log(`  ${file.path} ${file.size}`)
    const own = packages.find(({ manifest }) => manifest.name === name)
    assert.deepEqual(tarballFaults(own!, tarball, versions), [], name)
  }
}

/** Installs what was packed into an empty folder, beside a configuration, with nothing but npm. */
async function install(tarballs: readonly Tarball[], folder: string): Promise<string> {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const files = tarballs.map(({ file }) => file)
  await command('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files], folder)
  writeFileSync(join(folder, 'sluice.yaml'), configuration)
  writeFileSync(join(folder, 'stamp.ts'), stamp)
  writeFileSync(join(folder, 'conforms.js'), conforms)
  return folder
}

/** Runs what was installed on one Node: imports, the check, a refusal, a stop. */
async function use(folder: string, { version, env }: NodeRelease): Promise<void> {
  assert.match(await command('node_modules/.bin/sluice', ['--version'], folder, env), new RegExp(`node ${version}`))
  const importable = publishable().filter(({ manifest }) => manifest.exports?.['.'] !== undefined)
  const imports = importable.map(({ manifest }) => `await import('${manifest.name}')`)
  await command('node', ['--input-type=module', '--eval', imports.join('\n')], folder, env)
  await command('node', ['conforms.js'], folder, env)
  await command('node_modules/.bin/sluice', ['check'], folder, env)
  const send = (url: string): Promise<Response> => fetch(`${url}/mcp`, { method: 'POST', body: '{}' })
  const { exit, used: answer } = await whileServing(folder, env, send)
  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer .*resource_metadata=.*scope=/)
  assert.equal(answer.headers.get('x-route'), 'everything', 'the filter beside the configuration is at work')
  assert.equal(exit, 0)
  console.log(`node ${version}: ${imports.length} packages imported, check, run, 401, stop`)
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
