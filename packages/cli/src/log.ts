import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** The log of a process: lines for people at a terminal, JSON when piped. `LOG_LEVEL` sets the level, `info` by default. */
export const createLog = (): Logger => pino({ level: process.env['LOG_LEVEL'] ?? 'info', base: null }, destination())

const destination = (): DestinationStream =>
  process.stdout.isTTY
    ? pretty({
        colorize: process.env['NO_COLOR'] === undefined,
        ignore: 'pid,hostname',
        translateTime: 'SYS:HH:MM:ss.l'
      })
    : pino.destination({ dest: 1, sync: false })
