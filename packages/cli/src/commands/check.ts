import { checkGateway, loadConfig } from '@sluice/core'
import { builtins, pluginBases } from '../builtin-plugins.ts'
import { collectingLog, type FilterWarning } from '../collecting-log.ts'
import type { Command } from '../command.ts'
import { issuesOf, reportIssues } from '../report.ts'

/** `sluice check`: everything that `run` does, except listening. */
export const check: Command = {
  name: 'check',
  summary: 'check the configuration: everything that run does, except listening',
  run: async ({ configFile }) => {
    const { log, warnings } = collectingLog()
    try {
      const config = await loadConfig(configFile, { env: process.env, pluginBases, builtins })
      await checkGateway(config, log)
      reportWarnings(warnings)
      write({ ok: true, file: configFile, issues: [], warnings }, `${configFile} is fine.`)
      return 0
    } catch (error) {
      const issues = issuesOf(error, configFile)
      reportIssues(issues)
      write({ ok: false, file: configFile, issues, warnings })
      return 1
    }
  }
}

const reportWarnings = (warnings: readonly FilterWarning[]): void => {
  for (const { entry, message } of warnings) process.stderr.write(`warning: ${entry}: ${message}\n`)
}

/** For people at a terminal a sentence, for programs JSON. */
const write = (result: object, sentence?: string): void => {
  if (!process.stdout.isTTY) process.stdout.write(`${JSON.stringify(result)}\n`)
  else if (sentence !== undefined) process.stdout.write(`${sentence}\n`)
}
