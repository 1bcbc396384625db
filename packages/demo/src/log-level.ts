/** The levels of pino. */
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** How much of Sluice's log is shown. */
export type LogLevel = (typeof LEVELS)[number]

/**
 * Reads `LOG_LEVEL`. Default, also where it is empty: `error`, so that the steps of the demonstration stand alone.
 *
 * @throws Error for a level that does not exist.
 */
export const readLogLevel = (env: NodeJS.ProcessEnv): LogLevel => {
  const written = env['LOG_LEVEL'] || 'error'
  const level = LEVELS.find(level => level === written)
  if (level === undefined) throw new Error(`LOG_LEVEL is "${written}"; set it to one of ${LEVELS.join(', ')}`)
  return level
}
