import { createRequire } from 'node:module'
import type { Plugin } from '@sluice/plugin-api'

const { dependencies } = createRequire(import.meta.url)('../package.json') as { dependencies: Record<string, string> }

/** Packages of the plugins that come with the command. */
export const builtins: readonly string[] = Object.keys(dependencies).filter(
  name => name.startsWith('@sluice/plugin-') && name !== '@sluice/plugin-api'
)

/** The plugins themselves. */
export const builtinPlugins = async (): Promise<Plugin[]> => {
  const modules = await Promise.all(builtins.map(name => import(name) as Promise<{ default: Plugin }>))
  return modules.map(module => module.default)
}

/** Where plugin packages are looked for after the configuration's own folder. */
export const pluginBases: readonly string[] = [import.meta.url]
