import type { Plugin } from '@sluice/plugin-api'
import { configSchema } from '@sluice/core'
import { builtins } from '../builtin-plugins.ts'
import type { Command } from '../command.ts'

/** `sluice schema`: the JSON Schema of the configuration, with the built-in filters, for editors. */
export const schema: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of the configuration, for editors',
  run: async () => {
    const modules = await Promise.all(builtins.map(name => import(name) as Promise<{ default: Plugin }>))
    const plugins = modules.map(module => module.default)
    process.stdout.write(`${JSON.stringify(configSchema(plugins), undefined, 2)}\n`)
    return 0
  }
}
