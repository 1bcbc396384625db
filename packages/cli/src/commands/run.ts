import { once } from 'node:events'
import { chainEntries, type Gateway, type LoadedConfig, startGateway } from '@sluice/core'
import type { Logger } from 'pino'
import { adviceOn } from '../advice.ts'
import type { Command } from '../command.ts'
import { loadFile } from '../load-file.ts'
import { createLog } from '../log.ts'
import { issuesOf, reportIssues } from '../report.ts'

/** `sluice run`: serves until SIGTERM or SIGINT, then drains. A second signal ends at once. */
export const run: Command = {
  name: 'run',
  summary: 'serve the configuration',
  run: async ({ configFile }) => {
    const log = createLog()
    let gateway: Gateway
    try {
      const config = await loadFile(configFile)
      for (const { path, message, advice } of adviceOn(config)) log.warn({ path }, `${message}. ${advice}`)
      gateway = await startGateway(config, log)
      announce(log, config, gateway)
    } catch (error) {
      reportIssues(issuesOf(error, configFile))
      return 1
    }
    process.on('SIGHUP', () =>
      log.warn({}, 'SIGHUP: this version does not reload; restart to take a new configuration')
    )
    return serveUntilSignal(log, gateway)
  }
}

const announce = (log: Logger, { file, settings }: LoadedConfig, gateway: Gateway): void => {
  for (const { name, publicUrl, upstream, filters } of settings.routes) {
    const chain = chainEntries(settings, filters).map(entry => entry.identity)
    log.info({ route: name, publicUrl, upstream: upstream.url, filters: chain }, 'route')
  }
  log.info({ config: file, listen: gateway.url, admin: gateway.adminUrl }, 'serving')
}

const serveUntilSignal = async (log: Logger, gateway: Gateway): Promise<number> => {
  const signal = await Promise.race(['SIGTERM', 'SIGINT'].map(name => once(process, name).then(() => name)))
  log.info({ signal }, 'draining: requests under way finish; the signal again ends at once')
  for (const again of ['SIGTERM', 'SIGINT']) process.once(again, () => process.exit(1))
  await gateway.close()
  log.info({}, 'stopped')
  return 0
}
