import type { ParentLogger } from '@sluice/core'

/** A warning of a filter about its configuration. */
export interface FilterWarning {
  readonly entry: string
  readonly code: string
  readonly message: string
  /** What it is about. */
  readonly value?: unknown
}

/**
 * A log that keeps what filters say of their configuration: warnings with a code. The rest, such as keys that could not be
 * fetched yet, depends on the moment and not on the file.
 */
export const collectingLog = (): { log: ParentLogger; warnings: FilterWarning[] } => {
  const warnings: FilterWarning[] = []
  const logger = (bindings: object): ParentLogger => ({
    debug: () => {},
    info: () => {},
    error: () => {},
    warn: (fields, message = '') => {
      const { entry, code, value } = { ...bindings, ...fields } as Partial<FilterWarning>
      if (entry === undefined || code === undefined) return
      // A global filter is made for every route, and says the same each time.
      const known = warnings.some(other => other.entry === entry && other.code === code && other.value === value)
      if (!known) warnings.push({ entry, code, message, value })
    },
    child: more => logger({ ...bindings, ...more })
  })
  return { log: logger({}), warnings }
}
