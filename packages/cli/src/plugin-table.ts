/** What there is to say of one plugin. */
export interface PluginLine {
  readonly name: string
  readonly version: string
  /** `built in`, or what the configuration names: a package or a file. */
  readonly from: string
  /** Facts that it sets for others. */
  readonly provides: readonly string[]
  /** Identities of the entries that use it; none without a configuration. */
  readonly entries: readonly string[]
}

/** Plugins as a table for people. */
export const pluginTable = (lines: readonly PluginLine[]): string => {
  const rows = lines.map(({ name, version, from, provides, entries }) => {
    return [name, version, from, provides.join(', ') || '-', entries.join(', ') || '-']
  })
  const table = [['NAME', 'VERSION', 'FROM', 'PROVIDES', 'USED BY'], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map(row => row[column]!.length)))
  const text = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')
  return table.map(row => `${text(row).trimEnd()}\n`).join('')
}
