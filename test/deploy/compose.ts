import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Test } from 'tap'
import { parse } from 'yaml'
import { root } from '../packed/publishable.ts'
import { Container } from './container.ts'
import { environment, execForm, stage } from './dockerfile.ts'
import type { Built } from './image-build.ts'

/** A service of deploy/compose.yaml, as far as it is looked at here. */
export interface Service {
  readonly build: { readonly target: 'sluice' | 'demo' }
  readonly command: readonly string[]
  readonly network_mode?: string
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly user: string
  readonly read_only: boolean
  readonly stop_grace_period?: string
  readonly healthcheck?: { readonly test: readonly string[] }
}

export type ServiceName = 'sluice' | 'entra' | 'mcp-server'

const file = join(root, 'deploy/compose.yaml')

/** The file, its anchors followed. */
export const compose = parse(readFileSync(file, 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<ServiceName, Service>>
}

/** Starts all services without an engine, each confined as the file says, and waits until the gateway is healthy. */
export const startCompose = async (
  t: Test,
  system: string,
  built: Built
): Promise<Readonly<Record<ServiceName, Container>>> => {
  const start = (name: ServiceName, network?: Container): Container => {
    const { command, volumes = [], build } = compose.services[name]
    const mounts = Object.fromEntries(
      volumes.map(volume => {
        const [host = '', inside = ''] = volume.split(':')
        return [inside, resolve(file, '..', host)]
      })
    )
    return Container.start(t, system, {
      mounts: { '/app': built[build.target], ...mounts },
      command: [...entrypoint(build.target), ...command],
      env: environment(stage(build.target)),
      ...(network && { network })
    })
  }
  const sluice = start('sluice')
  await sluice.prints(/"msg":"serving"/)
  const entra = start('entra', sluice)
  const server = start('mcp-server', sluice)
  await Promise.all([entra.prints(/kill -USR2/), server.prints(/MCP server on/)])
  const [, ...healthy] = compose.services.sluice.healthcheck!.test
  await sluice.until(() =>
    sluice.exec(...healthy).then(
      () => true,
      () => false
    )
  )
  return { sluice, entra, 'mcp-server': server }
}

/** The demonstration's image keeps the base's: node. */
const entrypoint = (target: 'sluice' | 'demo'): readonly string[] =>
  target === 'sluice' ? execForm(stage('sluice'), 'ENTRYPOINT') : ['/nodejs/bin/node']
