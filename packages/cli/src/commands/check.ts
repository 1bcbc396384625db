import { checkGateway, type ConfigIssue, formatIssue, issueOf, type LoadedConfig } from '@sluice/core'
import { adviceOn } from '../advice.ts'
import { collectingLog, type FilterWarning } from '../collecting-log.ts'
import { type Command, configOption } from '../command.ts'
import { loadOptions } from '../load-file.ts'
import { issuesOf, reportIssues } from '../report.ts'

/** `sluice check`: what `run` does up to listening; it creates no file and takes no lock. */
export const check: Command = {
  name: 'check',
  summary: 'check the configuration: everything that run does, except listening',
  options: configOption,
  run: async ({ configFile }) => {
    const { log, warnings: ofFilters } = collectingLog()
    try {
      const config = await checkGateway(configFile, { ...loadOptions, log })
      const warnings = [...adviceOn(config), ...ofFilters.map(warning => placed(warning, config))]
      for (const warning of warnings) process.stderr.write(`warning: ${formatIssue(warning)}\n`)
      write({ ok: true, file: configFile, issues: [], warnings }, `${configFile} is fine.`)
      return 0
    } catch (error) {
      const issues = issuesOf(error)
      reportIssues(issues)
      write({ ok: false, file: configFile, issues, warnings: [] })
      return 1
    }
  }
}

/** A filter's warning at the place of its entry. */
const placed = (
  { entry, code, message, value }: FilterWarning,
  { settings, source }: LoadedConfig
): ConfigIssue & { code: string } => {
  const entries = [...settings.filters, ...settings.routes.flatMap(route => route.filters)]
  const { path = [] } = entries.find(({ identity }) => identity === entry) ?? {}
  const about = value === undefined ? '' : `${JSON.stringify(value)}: `
  return { ...issueOf(source, { path, atKey: true, message: `${about}${message}`, advice: '' }), code }
}

/** For people at a terminal a sentence, for programs JSON. */
const write = (result: object, sentence?: string): void => {
  if (!process.stdout.isTTY) process.stdout.write(`${JSON.stringify(result)}\n`)
  else if (sentence !== undefined) process.stdout.write(`${sentence}\n`)
}
