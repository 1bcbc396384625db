import { registerHooks } from 'node:module'

const PLUGIN_API = '@sluice/plugin-api'
let provided = false

/**
 * Lets a plugin import the plugin API wherever the plugin lies: its own copy if it has one, else the one of this gateway.
 * A file beside a configuration has, as a rule, no node_modules above it.
 */
export const provideOwnApi = (): void => {
  if (provided) return
  provided = true
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier !== PLUGIN_API) return next(specifier, context)
      try {
        return next(specifier, context)
      } catch {
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    }
  })
}
