import { effectiveConfig } from '@sluice/core'
import { type Command, configOption } from '../command.ts'
import { effectiveYaml } from '../effective-yaml.ts'
import { loadFile } from '../load-file.ts'
import { issuesOf, reportIssues } from '../report.ts'

/** `sluice print`: what the configuration comes to, secrets hidden. YAML at a terminal, JSON when piped. */
export const print: Command = {
  name: 'print',
  summary:
    'print the effective configuration: substitutions, defaults, whole chains; secrets hidden; YAML, or JSON when piped',
  options: configOption,
  run: async ({ configFile }) => {
    try {
      const config = await loadFile(configFile)
      const json = (): string => `${JSON.stringify(effectiveConfig(config), undefined, 2)}\n`
      process.stdout.write(process.stdout.isTTY ? effectiveYaml(config) : json())
      return 0
    } catch (error) {
      reportIssues(issuesOf(error))
      return 1
    }
  }
}
