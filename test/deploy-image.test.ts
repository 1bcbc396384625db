import { globSync, lstatSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import t from 'tap'
import { startCompose } from './deploy/compose.ts'
import { noContainers, nodeRoot } from './deploy/container.ts'
import { argumentsOf, dockerfile, execForm, stage, stages } from './deploy/dockerfile.ts'
import { build, type Built } from './deploy/image-build.ts'
import { manifest } from './deploy/manifests.ts'
import { Pod } from './deploy/pod.ts'
import { publishable, readManifest, root } from './packed/publishable.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const SIGN_IN = join(import.meta.dirname, 'deploy/sign-in-and-call.ts')
const JSON_BODY = { 'content-type': 'application/json' }
/** In the emulator's sample directory. */
const DEMO_CLIENT = '6f1a8c1e-3d0b-4a57-9e55-0c2d4f6b8a10'

let built: Built
let system: string
let base: string
t.before(async () => {
  base = temporaryFolder(t)
  built = await build(base)
  system = await nodeRoot(join(base, 'system'))
})

/** The packages that are installed in a folder, by their paths. */
const installed = (app: string): ReadonlyMap<string, { name: string; version: string }> =>
  new Map(
    globSync('**/node_modules/{*,@*/*}/package.json', { cwd: app }).map(file => [
      file.replace(/\/package\.json$/, ''),
      readManifest(join(app, file))
    ])
  )

const ours = (app: string): string[] =>
  Array.from(installed(app).values(), ({ name }) => name).filter(name => name.startsWith('@sluice/'))

t.test('the gateway’s image has the published packages that the command needs, and no other of ours', async t => {
  const published = new Map(publishable().map(({ manifest }) => [manifest.name, manifest]))
  // A set goes on to what is added to it on the way.
  const needed = new Set(['@sluice/cli'])
  for (const name of needed) {
    const { dependencies = {} } = published.get(name) ?? {}
    for (const other of Object.keys(dependencies).filter(other => other.startsWith('@sluice/'))) needed.add(other)
  }
  t.strictSame(new Set(ours(built.sluice)), needed)
  for (const name of needed) t.ok(published.has(name), name)
  t.strictSame(globSync('node_modules/@sluice/*/{src,test,tsconfig.json}', { cwd: built.sluice }), [])
})

t.test('packages of others are those of the lock file, and none is for development', async t => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: true }>
  }
  const others = Array.from(installed(built.sluice)).filter(([path]) => !path.startsWith('node_modules/@sluice/'))
  t.ok(others.length > 30)
  for (const [path, { version }] of others) t.match(packages[path], { version, dev: undefined }, path)
})

t.test('nothing in it depends on the platform, leads elsewhere, or can be written by its user', async t => {
  for (const app of [built.sluice, built.demo]) {
    const files = globSync('**/*', { cwd: app })
    t.ok(files.length > 1000)
    const faults = files.filter(file => {
      const { mode } = statSync(join(app, file))
      return (
        /\.(?:node|so|dylib|dll)$/.test(file) || lstatSync(join(app, file)).isSymbolicLink() || (mode & 0o022) !== 0
      )
    })
    t.strictSame(faults, [])
    t.strictSame(
      files.filter(file => (statSync(join(app, file)).mode & 0o004) === 0),
      [],
      'and all of it can be read'
    )
  }
})

t.test('the list of parts has every package with its version', async t => {
  for (const app of [built.sluice, built.demo]) {
    const { bomFormat, components } = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8')) as {
      bomFormat: string
      components: { purl: string }[]
    }
    t.equal(bomFormat, 'CycloneDX')
    const listed = components.map(({ purl }) => decodeURIComponent(purl))
    const there = Array.from(installed(app).values(), ({ name, version }) => `pkg:npm/${name}@${version}`)
    t.strictSame(new Set(listed), new Set(there))
  }
})

t.test('each image is distroless and that folder, for the user nonroot by number', async t => {
  for (const name of ['sluice', 'demo']) {
    const last = stage(name)
    t.equal(last.from, '${RUNTIME_BASE}')
    t.strictSame(argumentsOf(last, 'COPY'), [`--from=${name}-files /app /app`])
    t.strictSame(argumentsOf(last, 'USER'), ['65532:65532'])
    for (const keyword of ['RUN', 'ADD']) t.strictSame(argumentsOf(last, keyword), [], keyword)
  }
  t.equal(stages.at(-1)?.name, 'sluice', 'which is what is built where no target is named')
  t.match(dockerfile, /^ARG RUNTIME_BASE=gcr\.io\/distroless\/nodejs24-debian13:nonroot$/m)
  t.match(dockerfile, `ARG VERSION=${readManifest(join(root, 'packages/cli/package.json')).version}`)
  const [node, command = ''] = execForm(stage('sluice'), 'ENTRYPOINT')
  t.equal(node, '/nodejs/bin/node')
  t.ok(statSync(join(built.sluice, command.replace('/app/', ''))).isFile())
})

t.test('the Dockerfile has no fault that its linter knows', async t => {
  t.strictSame(validate(dockerfile), [])
})

t.test(
  'compose’s services, run confined with their own files and commands, let a person sign in and call',
  { skip: noContainers },
  async t => {
    const compose = await startCompose(t, system, built)
    const { sluice } = compose
    const said = JSON.parse(await sluice.beside(SIGN_IN, 'http://127.0.0.1:8080/mcp', DEMO_CLIENT)) as object
    t.match(said, { tools: ['echo', 'add', 'headers', 'countdown'], content: [{ type: 'text', text: 'contained' }] })
    const refused = await sluice.fetch('http://127.0.0.1:8080/mcp', { method: 'POST', body: '{}', headers: JSON_BODY })
    t.equal(refused.status, 401)
    t.match(refused.headers['www-authenticate'], /^Bearer .*resource_metadata="http:\/\/127\.0\.0\.1:8080\//)
    await t.test('as the kernel sees it, it can do nothing', async t => {
      t.equal(sluice.status('Uid'), '65532\t65532\t65532\t65532')
      t.equal(sluice.status('CapEff'), '0000000000000000')
      t.equal(sluice.status('NoNewPrivs'), '1')
      const write = (path: string) => `require('fs').writeFileSync('${path}', '')`
      for (const path of ['/x', '/app/x', '/etc/sluice/x', '/tmp/x'])
        await t.rejects(sluice.exec('/nodejs/bin/node', '--eval', write(path)), /EROFS|ENOENT/, path)
    })
    for (const service of [sluice, compose['mcp-server'], compose.entra]) t.equal(await service.end('SIGTERM'), 0)
  }
)

t.test('a pod becomes ready, reloads a changed ConfigMap, and drains', { skip: noContainers }, async t => {
  const pod = await Pod.start(t, base, system, built)
  const { startupProbe, livenessProbe, readinessProbe } =
    manifest('deployment.yaml').spec!.template.spec!.containers[0]!
  for (const probe of [startupProbe!, livenessProbe!])
    t.equal((await pod.container.fetch(Pod.probe(probe))).status, 200)
  const ready = async () => (await pod.container.fetch(Pod.probe(readinessProbe!))).status === 200
  await pod.container.until(ready)

  const scope = async (): Promise<string | undefined> => {
    const { status, headers } = await pod.container.fetch('http://127.0.0.1:8080/mcp')
    t.equal(status, 401)
    return / scope="([^"]*)"/.exec(headers['www-authenticate']!)?.[1]
  }
  t.equal(await scope(), 'https://mcp.contoso.example/mcp/mcp_access')
  pod.apply(file => file.replace('required: [mcp_access]', 'required: [mcp_admin]'))
  await pod.container.prints(/"msg":"the configuration was reloaded"/)
  t.equal(await scope(), 'mcp_admin')

  pod.apply(() => 'routes: []')
  await pod.container.prints(/could not be reloaded: the one before stays/)
  t.equal(await scope(), 'mcp_admin')
  t.ok(await ready())
  t.equal(await pod.container.end('SIGTERM'), 0)
})
