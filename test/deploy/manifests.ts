import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IDeployment } from 'kubernetes-models/apps/v1'
import type { INamespace, IService, IServiceAccount } from 'kubernetes-models/v1'
import type { IIngress, INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { parse } from 'yaml'
import { root } from '../packed/publishable.ts'

/** Where the manifests are. */
export const folder = join(root, 'deploy/kubernetes')

interface Manifests {
  readonly 'deployment.yaml': IDeployment
  readonly 'ingress.yaml': IIngress
  readonly 'namespace.yaml': INamespace
  readonly 'network-policy.yaml': INetworkPolicy
  readonly 'pod-disruption-budget.yaml': IPodDisruptionBudget
  readonly 'service-account.yaml': IServiceAccount
  readonly 'service.yaml': IService
  readonly 'sluice.yaml': GatewayFile
  readonly 'kustomization.yaml': Kustomization
}

/** What the manifests must agree with in the gateway's own configuration. */
interface GatewayFile {
  readonly listen: { readonly host: string; readonly port: number }
  readonly admin: { readonly host: string; readonly port: number }
  readonly publicUrl: string
  readonly shutdown: { readonly delay: string; readonly grace: string }
  readonly sealing: { readonly keys: readonly string[] }
  readonly routes: readonly { readonly upstream: string }[]
}

interface Kustomization {
  readonly resources: readonly string[]
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[]
  readonly images: readonly { readonly name: string; readonly newTag: string }[]
}

/** A manifest, or the gateway's configuration, by the name of its file. */
export const manifest = <Name extends keyof Manifests>(name: Name): Manifests[Name] =>
  parse(readFileSync(join(folder, name), 'utf8')) as Manifests[Name]

/** The files that there are. */
export const manifestFiles = globSync('*.yaml', { cwd: folder }).toSorted()
