import type { ConfigPath } from './path.ts'

/** The key that the error of a plugin blames, if it blames one. Plugins may be plain JavaScript. */
export const blamedPath = (error: unknown): ConfigPath | undefined => {
  const { configPath } = (error ?? {}) as { readonly configPath?: unknown }
  const isPath = Array.isArray(configPath) && configPath.every(part => ['string', 'number'].includes(typeof part))
  return isPath && configPath.length > 0 ? (configPath as ConfigPath) : undefined
}
