import { configError, type ConfigError } from '../config/issue.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { ConfigPath } from '../config/path.ts'
import type { EntrySettings } from '../config/settings.ts'

/** What a plugin threw about its configuration, in its own words, at the key that it blames or else at the entry. */
export const filterRefusal = (error: unknown, settings: EntrySettings, { source }: LoadedConfig): ConfigError => {
  const blamed = blamedPath(error)
  const finding =
    blamed === undefined
      ? { path: settings.path, atKey: true, message: `${settings.name} refuses its configuration: ${messageOf(error)}` }
      : { path: [...settings.path, ...blamed], message: messageOf(error) }
  return configError(source, [{ ...finding, advice: '' }], { cause: error })
}

/** The key of its configuration that a plugin blames. Plugins may be plain JavaScript. */
const blamedPath = (error: unknown): ConfigPath | undefined => {
  const { configPath } = (error ?? {}) as { readonly configPath?: unknown }
  const isPath = Array.isArray(configPath) && configPath.every(part => ['string', 'number'].includes(typeof part))
  return isPath && configPath.length > 0 ? (configPath as ConfigPath) : undefined
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
