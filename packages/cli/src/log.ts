import { type DestinationStream, levels, type Logger, pino } from 'pino'

const LEVELS = [...Object.keys(levels.values), 'silent']

/** The log of a process: lines for people at a terminal, JSON when piped. `LOG_LEVEL` sets the level, `info` by default. */
export const createLog = async (): Promise<Logger> => {
  const wanted = process.env['LOG_LEVEL'] ?? 'info'
  const known = LEVELS.includes(wanted)
  const log = pino({ level: known ? wanted : 'info', base: null }, await destination())
  if (!known) log.warn({ LOG_LEVEL: wanted }, `LOG_LEVEL is none of ${LEVELS.join(', ')}; info is used`)
  return log
}

const destination = async (): Promise<DestinationStream> => {
  if (!process.stdout.isTTY) return pino.destination({ dest: 1, sync: false })
  // Services have no terminal, and it takes a while to load.
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    colorize: process.env['NO_COLOR'] === undefined,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l'
  })
}
