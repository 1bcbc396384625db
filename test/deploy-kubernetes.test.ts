import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkGateway } from '@sluice/core'
import t from 'tap'
import { parseAllDocuments } from 'yaml'
import { argumentsOf, execForm, stage } from './deploy/dockerfile.ts'
import { folder, manifest, manifestFiles } from './deploy/manifests.ts'
import { command } from './packed/command.ts'
import { readManifest, root } from './packed/publishable.ts'
import { recordingLog } from './support/log.ts'

const noKubectl =
  spawnSync('kubectl', ['version', '--client']).error === undefined ? false : 'there is no kubectl to render with'

const { spec } = manifest('deployment.yaml')
const pod = spec!.template.spec!
const [container] = pod.containers
const gateway = manifest('sluice.yaml')
const labels = spec!.template.metadata!.labels!
const portNamed = (name: unknown) => container!.ports!.find(port => port.name === name)?.containerPort

/** The module of a kind's type, and the type. */
const TYPES: Record<string, string> = {
  Deployment: 'apps/v1',
  Ingress: 'networking.k8s.io/v1',
  Namespace: 'v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  Service: 'v1',
  ServiceAccount: 'v1'
}

t.test(
  'every manifest is what the API takes: no key that it does not know, none missing, none of another type',
  async t => {
    const { resources } = manifest('kustomization.yaml')
    const others = new Set(['kustomization.yaml', 'sluice.yaml'])
    t.strictSame(
      resources.toSorted(),
      manifestFiles.filter(file => !others.has(file))
    )
    const files = resources.map(file => {
      const { apiVersion, kind, ...rest } = parseAllDocuments(
        readFileSync(join(folder, file), 'utf8')
      )[0]!.toJS() as Record<string, string>
      t.equal(apiVersion, TYPES[kind!], file)
      const literal = JSON.stringify({ apiVersion, kind, ...rest }, null, 2)
      return [
        file.replace('.yaml', '.ts'),
        `import type { I${kind} } from 'kubernetes-models/${apiVersion}'\nexport const it: I${kind} = ${literal}\n`
      ] as const
    })
    const compilerOptions = {
      target: 'es2024',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      types: []
    }
    const project = t.testdir({ ...Object.fromEntries(files), 'tsconfig.json': JSON.stringify({ compilerOptions }) })
    const tsc = join(root, 'node_modules/.bin/tsc')
    await t.resolves(command(tsc, ['--project', project], project))
  }
)

t.test('the gateway’s configuration can be served, and nothing in it will hurt', async t => {
  const text = readFileSync(join(folder, 'sluice.yaml'), 'utf8').replace('/var/run/secrets/sluice/', './')
  const file = join(t.testdir({ 'sluice.yaml': text, 'sealing-key': 'k'.repeat(44) }), 'sluice.yaml')
  const { log, lines } = recordingLog()
  await checkGateway(file, { env: {}, pluginBases: [import.meta.url], log })
  t.strictSame(
    lines.filter(line => line.level === 'warn'),
    []
  )
})

t.test(
  'the configuration and the secret are mounted where the gateway looks for them, as folders that follow changes',
  async t => {
    const [, , file] = container!.args!
    t.strictSame(container!.args, execForm(stage('sluice'), 'CMD'))
    const where = Object.fromEntries(container!.volumeMounts!.map(mount => [mount.name, mount]))
    const {
      configMapGenerator: [generated]
    } = manifest('kustomization.yaml')
    t.equal(file, `${where['configuration']!.mountPath}/${generated!.files[0]}`)
    t.strictSame(gateway.sealing.keys, [`\${file:${where['secrets']!.mountPath}/sealing-key}`])
    for (const { readOnly, subPath } of Object.values(where))
      t.strictSame({ readOnly, subPath }, { readOnly: true, subPath: undefined })
    const [configuration, secrets] = pod.volumes!
    t.equal(configuration!.configMap!.name, generated!.name)
    t.strictSame(
      secrets!.projected!.sources!.map(({ secret }) => secret!.name),
      ['sluice-sealing']
    )
  }
)

t.test('listeners, probes, service and policy name the same ports', async t => {
  t.match(gateway, {
    listen: { host: '0.0.0.0', port: portNamed('http') },
    admin: { host: '0.0.0.0', port: portNamed('admin') }
  })
  t.strictSame(argumentsOf(stage('sluice'), 'EXPOSE'), [`${portNamed('http')} ${portNamed('admin')}`])
  const probes = { startupProbe: '/livez', livenessProbe: '/livez', readinessProbe: '/readyz' } as const
  for (const [name, path] of Object.entries(probes))
    t.match(container![name as keyof typeof probes], { httpGet: { path, port: 'admin' } })
  const service = manifest('service.yaml')
  t.strictSame(
    service.spec!.ports!.map(port => port.targetPort),
    ['http'],
    'the admin listener is behind no service'
  )
  const { rules } = manifest('ingress.yaml').spec!
  const { service: backend } = rules![0]!.http!.paths[0]!.backend
  t.match(backend, { name: service.metadata!.name, port: { name: service.spec!.ports![0]!.name } })
  t.equal(`https://${rules![0]!.host}`, gateway.publicUrl)
})

t.test('everything selects the pods by their label', async t => {
  const selectors = [
    spec!.selector.matchLabels,
    manifest('service.yaml').spec!.selector,
    manifest('pod-disruption-budget.yaml').spec!.selector!.matchLabels,
    manifest('network-policy.yaml').spec!.podSelector!.matchLabels,
    pod.topologySpreadConstraints![0]!.labelSelector!.matchLabels
  ]
  for (const selector of selectors) t.strictSame(selector, labels)
})

t.test(
  'nobody but the ingress and Prometheus come in, and the gateway reaches names, upstreams and https alone',
  async t => {
    const { policyTypes, ingress, egress } = manifest('network-policy.yaml').spec!
    t.strictSame(policyTypes, ['Ingress', 'Egress'])
    t.strictSame(
      ingress!.map(({ ports }) => ports!.map(({ port }) => port)),
      [['http'], ['admin']]
    )
    for (const { from } of ingress!) t.ok(from!.length === 1 && from![0]!.namespaceSelector !== undefined)
    const upstream = new URL(gateway.routes[0]!.upstream)
    const [names, upstreams, entra] = egress!
    t.strictSame(
      names!.ports!.map(({ port }) => port),
      [53, 53]
    )
    t.match(upstreams, {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': upstream.hostname.split('.')[1] } } }],
      ports: [{ port: Number(upstream.port) }]
    })
    t.strictSame(
      entra!.ports!.map(({ port }) => port),
      [443]
    )
    for (const { ipBlock } of entra!.to!) t.ok(ipBlock!.except!.length > 0, 'and nothing inside')
  }
)

t.test('a pod is confined as the strictest pod security standard wants it, as the image’s user', async t => {
  const [user] = argumentsOf(stage('sluice'), 'USER')
  const { runAsUser, runAsGroup, runAsNonRoot, seccompProfile } = pod.securityContext!
  t.equal(`${runAsUser}:${runAsGroup}`, user)
  t.match({ runAsNonRoot, seccompProfile }, { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
  t.strictSame(container!.securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] }
  })
  t.equal(manifest('namespace.yaml').metadata!.labels!['pod-security.kubernetes.io/enforce'], 'restricted')
  for (const { automountServiceAccountToken } of [pod, manifest('service-account.yaml')])
    t.equal(automountServiceAccountToken, false)
})

t.test('a pod is given the time that it takes to drain', async t => {
  const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)![1])
  const { delay, grace } = gateway.shutdown
  // What is left of the grace, and 2 s at least, is for filters to close.
  t.ok(pod.terminationGracePeriodSeconds! > seconds(delay) + seconds(grace) + 2)
})

t.test(
  'kubectl renders all of it, into one namespace, with the image’s name and the version of the command',
  { skip: noKubectl },
  async t => {
    const rendered = parseAllDocuments(await command('kubectl', ['kustomize', folder], root)).map(
      document =>
        document.toJS() as {
          kind: string
          metadata: { namespace?: string; name: string }
          spec: typeof spec
          data?: Record<string, string>
        }
    )
    t.strictSame(new Set(rendered.map(({ kind }) => kind)), new Set([...Object.keys(TYPES), 'ConfigMap']))
    for (const { kind, metadata } of rendered) if (kind !== 'Namespace') t.equal(metadata.namespace, 'sluice', kind)
    const map = rendered.find(({ kind }) => kind === 'ConfigMap')!
    t.equal(map.metadata.name, 'sluice')
    t.equal(map.data!['sluice.yaml'], readFileSync(join(folder, 'sluice.yaml'), 'utf8'))
    const { version } = readManifest(join(root, 'packages/cli/package.json'))
    const deployment = rendered.find(({ kind }) => kind === 'Deployment')!
    t.equal(deployment.spec!.template.spec!.containers[0]!.image, `registry.contoso.example/sluice:${version}`)
  }
)
