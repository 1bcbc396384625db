import type { ParentLogger } from '@sluice/core'

/** A warning of a filter about its configuration. */
export interface FilterWarning {
  readonly entry: string
  readonly message: string
  readonly code?: string
}

/** A log that keeps the warnings and drops the rest. */
export const collectingLog = (): { log: ParentLogger; warnings: FilterWarning[] } => {
  const warnings: FilterWarning[] = []
  const logger = (bindings: object): ParentLogger => ({
    debug: () => {},
    info: () => {},
    error: () => {},
    warn: (fields, message = '') => {
      const warning = { entry: 'core', ...bindings, ...fields, message }
      warnings.push(warning)
    },
    child: more => logger({ ...bindings, ...more })
  })
  return { log: logger({}), warnings }
}
