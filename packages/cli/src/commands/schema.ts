import { configSchema } from '@sluice/core'
import { builtinPlugins } from '../builtin-plugins.ts'
import type { Command } from '../command.ts'

/** `sluice schema`: the JSON Schema of the configuration, with the built-in filters, for editors. */
export const schema: Command = {
  name: 'schema',
  summary: 'print the JSON Schema of the configuration, for editors',
  run: async () => {
    process.stdout.write(`${JSON.stringify(configSchema(await builtinPlugins()), undefined, 2)}\n`)
    return 0
  }
}
