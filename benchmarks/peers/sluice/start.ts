import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Peer } from '../../harness/peer.ts'
import { startTarget } from '../../harness/target.ts'
import { configuration, type Deviation } from './configuration.ts'

const OURS = resolve(import.meta.dirname, '../../..')

/** Which Sluice, and in what process. */
export interface Run {
  /** That of another commit, if not ours. */
  readonly repository?: string
  /** The command's file, if not that of the repository. */
  readonly command?: string
  /** Options of Node. */
  readonly node?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Sluice as users run it: the command, in a process of its own. */
export const sluice = (
  name = 'Sluice',
  about = 'origin, prm, jwt-entra, scope',
  deviation: Deviation = {},
  { repository = OURS, command = join(repository, 'packages/cli/bin/sluice.js'), node = [], env = {} }: Run = {}
): Peer => {
  const peer: Peer = {
    name,
    about,
    guards: deviation.filters?.includes('jwt-entra') ?? true,
    start: environment =>
      startTarget(
        peer,
        environment,
        ({ values }) => {
          const config = join(values.FOLDER, 'sluice.yaml')
          writeFileSync(config, configuration(deviation))
          return [process.execPath, ...node, command, 'run', '--config', config]
        },
        env
      )
  }
  return peer
}

/** Sluice with these filters and no other: the command would put origin in front of every chain. */
export const onlyFilters = (name: string, filters: readonly string[], more: Deviation['more'] = []): Peer => {
  const peer: Peer = {
    name,
    about: filters.length + more.length === 0 ? 'no filter' : `only ${name}`,
    guards: filters.includes('jwt-entra'),
    start: environment =>
      startTarget(peer, environment, ({ values }) => {
        const config = join(values.FOLDER, 'sluice.yaml')
        writeFileSync(config, configuration({ filters, more }))
        const origin = filters.includes('origin') ? ['origin'] : []
        const command = join(import.meta.dirname, 'without-standing-filters.ts')
        return [process.execPath, '--conditions=@sluice/source', command, config, ...origin]
      })
  }
  return peer
}
