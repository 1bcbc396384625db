import { blamedPath } from '../config/blamed-path.ts'
import { configError, ConfigError, type Finding } from '../config/issue.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { EntrySettings } from '../config/settings.ts'

/**
 * What a plugin threw about its configuration, in its own words, at the key that it blames or else at the entry. Of an
 * AggregateError, all that is in it.
 */
export const filterRefusal = (error: unknown, settings: EntrySettings, { source }: LoadedConfig): ConfigError => {
  // Of a file that the filter works from: it says itself where.
  if (error instanceof ConfigError) return error
  const errors: readonly unknown[] = error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error]
  return configError(
    source,
    errors.map(one => findingOf(one, settings)),
    { cause: error }
  )
}

const findingOf = (error: unknown, settings: EntrySettings): Finding => {
  const blamed = blamedPath(error)
  return blamed === undefined
    ? {
        path: settings.path,
        atKey: true,
        message: `${settings.name} refuses its configuration: ${messageOf(error)}`,
        advice: ''
      }
    : { path: [...settings.path, ...blamed], message: messageOf(error), advice: '' }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
