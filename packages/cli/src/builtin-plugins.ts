import { createRequire } from 'node:module'

const { dependencies } = createRequire(import.meta.url)('../package.json') as { dependencies: Record<string, string> }

/** Packages of the plugins that come with the command. */
export const builtins: readonly string[] = Object.keys(dependencies).filter(
  name => name.startsWith('@sluice/plugin-') && name !== '@sluice/plugin-api'
)

/** Where plugin packages are looked for after the configuration's own folder. */
export const pluginBases: readonly string[] = [import.meta.url]
