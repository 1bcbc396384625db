import type { Plugin } from '@sluice/plugin-api'
import { compileSchema } from '../config/validate.ts'
import type { LoadedPlugin } from './loaded-plugin.ts'

/** The major of the plugin contract that this core speaks. */
const API = 1

/** Checks that what a module exports by default is a plugin of this contract. `where` is its file. */
export const adoptPlugin = (name: string, module: { default?: unknown }, where: string): LoadedPlugin => {
  const refuse = (message: string, advice: string): LoadedPlugin => ({
    ok: false,
    message: `${name}: ${message}`,
    advice
  })
  const candidate = module.default
  if (typeof candidate !== 'object' || candidate === null || !('create' in candidate)) {
    return refuse(
      `${where} exports no plugin`,
      'Its default export must be what definePlugin of @sluice/plugin-api takes.'
    )
  }
  const plugin = candidate as Plugin
  const api: unknown = plugin.api
  if (api !== API) {
    const advice = `Install a version of the plugin that is made for api ${API}.`
    return refuse(`it is made for api ${String(api)} of the plugin contract, this is api ${API}`, advice)
  }
  const wrong = firstFault(plugin)
  if (wrong !== undefined) return refuse(`${where}: ${wrong}`, 'This is a fault of the plugin: tell its author.')
  try {
    return { ok: true, plugin, validator: compileSchema(plugin.configSchema) }
  } catch (error) {
    return refuse(
      `${where}: configSchema is no JSON Schema: ${(error as Error).message}`,
      'Tell the author of the plugin.'
    )
  }
}

const firstFault = (plugin: Plugin): string | undefined => {
  const { name, version, configSchema } = plugin
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)) return 'name must be kebab-case'
  if (typeof version !== 'string') return 'version must be a string'
  if (typeof plugin.create !== 'function') return 'create must be a function'
  if (typeof configSchema !== 'object' || configSchema === null) return 'configSchema must be an object'
  return undefined
}
