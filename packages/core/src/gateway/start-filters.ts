import type { LoadedConfig } from '../config/load.ts'
import type { MadeFilter } from './filter-maker.ts'
import { filterRefusal } from './filter-refusal.ts'

/**
 * Tells filters that they are about to serve, one after the other.
 *
 * @throws ConfigError with what the first that cannot says
 */
export const startFilters = async (filters: readonly MadeFilter[], config: LoadedConfig): Promise<void> => {
  for (const { filter, settings } of filters) {
    try {
      await filter.onStart?.()
    } catch (error) {
      throw filterRefusal(error, settings, config)
    }
  }
}
