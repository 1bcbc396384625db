import { createGateway, type ParentLogger } from '@sluice/core'
import { pino } from 'pino'
import { readLogLevel } from './log-level.ts'

/** A running gateway, as far as the demonstration needs it. */
export interface Gateway {
  close(): Promise<void>
}

/**
 * Starts Sluice.
 *
 * @param configFile Path of the YAML file.
 * @param env What `${NAME}` in it is replaced with; `LOG_LEVEL` of it shows more of the log than faults.
 * @throws ConfigError when the configuration is wrong; Error for a `LOG_LEVEL` that does not exist; Error of node:net when a port is taken.
 */
export const startGateway = async (configFile: string, env: NodeJS.ProcessEnv): Promise<Gateway> => {
  const log: ParentLogger = pino({ level: readLogLevel(env) }, pino.destination({ dest: 2, sync: true }))
  const gateway = createGateway(configFile, { env, pluginBases: [import.meta.url], log })
  await gateway.start()
  return gateway
}
