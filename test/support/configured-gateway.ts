import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGateway, type GatewayOptions } from '@sluice/core'
import type { Closing } from './closing.ts'
import type { TestGateway } from './gateway.ts'
import { recordingLog } from './log.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Starts a gateway from a configuration file, as the command does, and closes it with the test. */
export const configuredGateway = async (
  t: Closing,
  config: object,
  options: GatewayOptions = {}
): Promise<TestGateway> => {
  const file = join(temporaryFolder(t), 'sluice.yaml')
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config))
  const { log, lines } = recordingLog()
  const started = createGateway(file, { env: {}, pluginBases: [import.meta.url], log, ...options })
  await started.start()
  t.teardown(() => started.close())
  return Object.assign(started, { log: lines })
}
