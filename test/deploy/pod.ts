import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IProbe } from 'kubernetes-models/v1'
import type { Test } from 'tap'
import { Container } from './container.ts'
import { environment, execForm, stage } from './dockerfile.ts'
import type { Built } from './image-build.ts'
import { folder, manifest } from './manifests.ts'
import { Volume } from './volume.ts'

/** What stands for Entra in the network of the pod. */
const AUTHORITY = 'http://127.0.0.1:8082'
const TENANT = '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44'
const directory = `tenants:
  - tenantId: ${TENANT}
    displayName: Contoso
    verifiedDomains: [contoso.example]
    applications:
      - clientId: b92d6e60-86ff-4359-b971-04404fe079ec
        displayName: Contoso MCP
        identifierUris: [https://mcp.contoso.example/mcp]
        requestedAccessTokenVersion: 2
        oauth2PermissionScopes: [{ value: mcp_access }]
    people: [{ oid: aaaaaaaa-0000-4000-8000-000000000001, name: Ada Operator, upn: ada@contoso.example }]
`

/** The ConfigMap's file, with the emulator for Entra and without a wait for load balancers. */
const configuration = (): string =>
  readFileSync(join(folder, 'sluice.yaml'), 'utf8')
    .replaceAll(`tenant: ${TENANT}`, `tenant: ${TENANT}\n          authority: ${AUTHORITY}`)
    .replace('delay: 10s', 'delay: 0s')

/** A pod of the deployment, run without a cluster, and an Entra emulator in its network. */
export class Pod {
  readonly container: Container
  readonly #configMap: Volume

  private constructor(container: Container, configMap: Volume) {
    this.container = container
    this.#configMap = configMap
  }

  static async start(t: Test, base: string, system: string, built: Built): Promise<Pod> {
    const { spec } = manifest('deployment.yaml')
    const { containers, volumes } = spec!.template.spec!
    const mode = volumes!.find(volume => volume.projected !== undefined)!.projected!.defaultMode!
    const configMap = new Volume(join(base, 'config-map'), 0o644, { 'sluice.yaml': configuration() })
    const secret = new Volume(join(base, 'secret'), mode, { 'sealing-key': 'k'.repeat(44) })
    const entra = new Volume(join(base, 'directory'), 0o644, { 'directory.yaml': directory })
    const [configured, secrets] = containers[0]!.volumeMounts!.map(mount => mount.mountPath)
    const container = Container.start(t, system, {
      mounts: { '/app': built.sluice, [configured!]: configMap.folder, [secrets!]: secret.folder },
      command: [...execForm(stage('sluice'), 'ENTRYPOINT'), ...containers[0]!.args!],
      env: environment(stage('sluice'))
    })
    await container.prints(/"msg":"serving"/)
    const emulator = '/app/node_modules/@sluice/entra-emulator/bin/entra-emulator.js'
    const options = ['--host=0.0.0.0', `--authority=${AUTHORITY}`, '--config=/etc/entra/directory.yaml']
    await Container.start(t, system, {
      network: container,
      mounts: { '/app': built.demo, '/etc/entra': entra.folder },
      command: ['/nodejs/bin/node', emulator, ...options]
    }).prints(/kill -USR2/)
    return new Pod(container, configMap)
  }

  /** Where a probe asks. */
  static probe({ httpGet }: IProbe): string {
    const { ports } = manifest('deployment.yaml').spec!.template.spec!.containers[0]!
    return `http://127.0.0.1:${ports!.find(({ name }) => name === httpGet!.port)!.containerPort}${httpGet!.path}`
  }

  /** Changes the ConfigMap as it is in the pod. */
  apply(change: (file: string) => string): void {
    this.#configMap.write({ 'sluice.yaml': change(configuration()) })
  }
}
