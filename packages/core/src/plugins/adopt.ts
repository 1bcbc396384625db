import type { Plugin } from '@sluice/plugin-api'
import { checkSchema, compileSchema } from '../config/validate.ts'
import type { LoadedPlugin } from './loaded-plugin.ts'

/** The major of the plugin contract that this core speaks. */
const API = 1

/**
 * Checks that something is a plugin of this contract. `subject` is what messages call it, `module` the file that it was
 * exported from, if it was. `builtin` is one of ours, whose tests have judged its schema.
 */
export const adoptPlugin = (
  subject: string,
  candidate: unknown,
  { module, builtin = false }: { readonly module?: string; readonly builtin?: boolean } = {}
): LoadedPlugin => {
  const refuse = (message: string, advice: string): LoadedPlugin => ({
    ok: false,
    message: `${subject}: ${message}`,
    advice
  })
  const within = module === undefined ? '' : `${module}: `
  if (typeof candidate !== 'object' || candidate === null || !('create' in candidate)) {
    const what = module === undefined ? 'It' : 'Its default export'
    return refuse(
      module === undefined ? 'this is no plugin' : `${module} exports no plugin`,
      `${what} must be what definePlugin of @sluice/plugin-api takes.`
    )
  }
  const plugin = candidate as Plugin
  const api: unknown = plugin.api
  if (api === undefined)
    return refuse(`${within}it does not say which api of the plugin contract it is made for`, `Write api: ${API}.`)
  if (api !== API) {
    const advice = `Install a version of the plugin that is made for api ${API}.`
    return refuse(`it is made for api ${JSON.stringify(api)} of the plugin contract, this is api ${API}`, advice)
  }
  const wrong = firstFault(plugin)
  if (wrong !== undefined) return refuse(within + wrong, 'This is a fault of the plugin: tell its author.')
  try {
    if (!builtin) checkSchema(plugin.configSchema)
    return { ok: true, plugin, validator: compileSchema(plugin.configSchema) }
  } catch (error) {
    const message = `${within}configSchema is no JSON Schema: ${(error as Error).message}`
    return refuse(message, 'Tell the author of the plugin.')
  }
}

const firstFault = (plugin: Plugin): string | undefined => {
  const { name, version, configSchema } = plugin
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)) return 'name must be kebab-case'
  if (typeof version !== 'string') return 'version must be a string'
  if (typeof plugin.create !== 'function') return 'create must be a function'
  if (typeof configSchema !== 'object' || configSchema === null) return 'configSchema must be an object'
  if (plugin.behind !== undefined && typeof plugin.behind !== 'string') return 'behind must be the name of a fact'
  return undefined
}
