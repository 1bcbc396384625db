import { createRequire } from 'node:module'
import type { Metrics } from '@sluice/plugin-api'
import { catalogue, labelsOf } from './catalogue.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** Says what runs. */
export const showBuild = (metrics: Metrics): void => {
  const { build } = catalogue
  metrics.gauge(build.name, build.help, labelsOf(build)).series(version, process.version).set(1)
}
