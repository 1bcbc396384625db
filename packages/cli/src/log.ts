import { type DestinationStream, levels, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

const LEVELS = [...Object.keys(levels.values), 'silent']

/** The log of a process: lines for people at a terminal, JSON when piped. `LOG_LEVEL` sets the level, `info` by default. */
export const createLog = (): Logger => {
  const wanted = process.env['LOG_LEVEL'] ?? 'info'
  const known = LEVELS.includes(wanted)
  const log = pino({ level: known ? wanted : 'info', base: null }, destination())
  if (!known) log.warn({ LOG_LEVEL: wanted }, `LOG_LEVEL is none of ${LEVELS.join(', ')}; info is used`)
  return log
}

const destination = (): DestinationStream =>
  process.stdout.isTTY
    ? pretty({
        colorize: process.env['NO_COLOR'] === undefined,
        ignore: 'pid,hostname',
        translateTime: 'SYS:HH:MM:ss.l'
      })
    : pino.destination({ dest: 1, sync: false })
