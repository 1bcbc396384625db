import { existsSync } from 'node:fs'
import { chainEntries, type EntrySettings } from '@sluice/core'
import type { Plugin } from '@sluice/plugin-api'
import { builtinPlugins } from '../builtin-plugins.ts'
import { type Command, type CommandOptions, configOption } from '../command.ts'
import { loadFile } from '../load-file.ts'
import { pluginTable, type PluginLine } from '../plugin-table.ts'
import { issuesOf, reportIssues } from '../report.ts'

/** `sluice plugins`: the filters that come with the command, and those of the configuration, if there is one. A table at a terminal, JSON when piped. */
export const plugins: Command = {
  name: 'plugins',
  summary: 'list the filters: those that come with the command, and those of the configuration',
  options: configOption,
  run: async options => {
    try {
      const lines = linesOf(await builtinPlugins(), await entriesOf(options))
      process.stdout.write(process.stdout.isTTY ? pluginTable(lines) : `${JSON.stringify(lines, undefined, 2)}\n`)
      return 0
    } catch (error) {
      reportIssues(issuesOf(error))
      return 1
    }
  }
}

const entriesOf = async ({ configFile, configGiven }: CommandOptions): Promise<readonly EntrySettings[]> => {
  if (!configGiven && !existsSync(configFile)) return []
  const { settings } = await loadFile(configFile)
  return [...chainEntries(settings), ...settings.routes.flatMap(route => chainEntries(settings, route.filters))]
}

const linesOf = (builtin: readonly Plugin[], entries: readonly EntrySettings[]): PluginLine[] => {
  const foreign = entries.filter(({ plugin }) => !builtin.includes(plugin))
  const kinds = new Map([
    ...builtin.map(plugin => [plugin, 'built in'] as const),
    ...foreign.map(({ plugin, name }) => [plugin, name] as const)
  ])
  return Array.from(kinds, ([plugin, from]) => {
    const { name, version, provides = [] } = plugin
    const own = entries.filter(entry => entry.plugin === plugin).map(({ identity }) => identity)
    return { name, version, from, provides, entries: [...new Set(own)] }
  })
}
