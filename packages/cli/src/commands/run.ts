import { once } from 'node:events'
import { isatty } from 'node:tty'
import { chainEntries, createGateway, type Gateway, type LoadedConfig } from '@sluice/core'
import type { Logger } from 'pino'
import { adviceOn } from '../advice.ts'
import { type Command, configOption } from '../command.ts'
import { loadOptions } from '../load-file.ts'
import { createLog, LAST_LINES_MS } from '../log.ts'
import { issuesOf, reportIssues } from '../report.ts'

/**
 * `sluice run`: serves until SIGTERM or SIGINT, then drains. A second signal ends at once. Reloads when a file of the
 * configuration changes, and on SIGHUP, unless that says that the terminal is gone: then nobody would be left to end the
 * command.
 */
export const run: Command = {
  name: 'run',
  summary: 'serve the configuration',
  options: configOption,
  run: async ({ configFile }) => {
    const log = await createLog()
    // Ahead of the one that ends the process: where it came from will not be seen a second time.
    process.prependOnceListener('uncaughtException', err => log.fatal({ err }, 'ended by an unforeseen error'))
    const gateway = createGateway(configFile, { ...loadOptions, log, changed: () => void reload(log, gateway) })
    try {
      const starting = gateway.start()
      // Before it has started, the signal would end the process.
      process.on('SIGHUP', () => (lostTerminal() ? process.kill(process.pid, 'SIGTERM') : void reload(log, gateway)))
      await starting
    } catch (error) {
      reportIssues(issuesOf(error))
      return 1
    }
    advise(log, gateway.config)
    announce(log, gateway)
    return serveUntilSignal(log, gateway)
  }
}

const startedAtTerminal = process.stdout.isTTY

/** A terminal that was closed is none any more, as the kernel sees it. */
const lostTerminal = (): boolean => startedAtTerminal && !isatty(1)

const reload = async (log: Logger, gateway: Gateway): Promise<void> => {
  // The gateway itself logs how it went.
  const changes = await gateway.reload().catch(() => undefined)
  if (changes !== undefined) advise(log, gateway.config)
}

const advise = (log: Logger, config: LoadedConfig): void => {
  for (const { path, message, advice } of adviceOn(config)) log.warn({ path }, `${message}. ${advice}`)
}

const announce = (log: Logger, { config: { file, settings }, url, adminUrl }: Gateway): void => {
  for (const { name, publicUrl, upstream, filters } of settings.routes) {
    const chain = chainEntries(settings, filters).map(entry => entry.identity)
    log.info({ route: name, publicUrl, upstream: upstream.url, filters: chain }, 'route')
  }
  log.info({ config: file, listen: url, admin: adminUrl }, 'serving')
}

const serveUntilSignal = async (log: Logger, gateway: Gateway): Promise<number> => {
  const signal = await Promise.race(['SIGTERM', 'SIGINT'].map(name => once(process, name).then(() => name)))
  log.info({ signal }, 'draining: requests under way finish; the signal again ends at once')
  for (const again of ['SIGTERM', 'SIGINT']) process.once(again, () => process.exit(1))
  await gateway.close()
  log.info({}, 'stopped')
  // A log whose reader stalls would keep the process for as long as that lasts.
  setTimeout(() => process.exit(), LAST_LINES_MS).unref()
  return 0
}
