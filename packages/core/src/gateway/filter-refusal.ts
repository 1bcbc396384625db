import { blamedPath } from '../config/blamed-path.ts'
import { configError, ConfigError } from '../config/issue.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { EntrySettings } from '../config/settings.ts'

/** What a plugin threw about its configuration, in its own words, at the key that it blames or else at the entry. */
export const filterRefusal = (error: unknown, settings: EntrySettings, { source }: LoadedConfig): ConfigError => {
  // Of a file that the filter works from: it says itself where.
  if (error instanceof ConfigError) return error
  const blamed = blamedPath(error)
  const finding =
    blamed === undefined
      ? { path: settings.path, atKey: true, message: `${settings.name} refuses its configuration: ${messageOf(error)}` }
      : { path: [...settings.path, ...blamed], message: messageOf(error) }
  return configError(source, [{ ...finding, advice: '' }], { cause: error })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
