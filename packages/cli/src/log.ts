import { type DestinationStream, levels, type Logger, pino } from 'pino'

const LEVELS = [...Object.keys(levels.values), 'silent']

/** Of lines that wait to be written, where nobody takes them. */
const maxBytes = 1024 * 1024
/** Milliseconds in which what is left of a log has to be taken once nothing else keeps the process. */
export const LAST_LINES_MS = 2000

/** The log of a process: lines for people at a terminal, JSON when piped. `LOG_LEVEL` sets the level, `info` by default. */
export const createLog = async (): Promise<Logger> => {
  const wanted = process.env['LOG_LEVEL'] ?? 'info'
  const known = LEVELS.includes(wanted)
  const log = pino({ level: known ? wanted : 'info', base: null }, await destination())
  if (!known) log.warn({ LOG_LEVEL: wanted }, `LOG_LEVEL is none of ${LEVELS.join(', ')}; info is used`)
  return log
}

const destination = async (): Promise<DestinationStream> => {
  if (!process.stdout.isTTY) return pipe()
  // Services have no terminal, and it takes a while to load.
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    colorize: process.env['NO_COLOR'] === undefined,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l'
  })
}

/** A gateway outlives its log: where the disk is full it serves on, and writes again once it can. */
const pipe = (): DestinationStream => {
  let giveUpAt = Number.POSITIVE_INFINITY
  const retryEAGAIN = (): boolean => performance.now() < giveUpAt
  const destination = pino.destination({ dest: 1, sync: false, maxLength: maxBytes, retryEAGAIN })
  let [failing, told] = [false, false]
  destination.on('write', () => (failing = false))
  destination.on('error', ({ message }: Error) => {
    if (!told) process.stderr.write(`sluice: the log cannot be written: ${message}. The gateway goes on\n`)
    ;[failing, told] = [true, true]
  })
  // Else what waits would be tried again and again, and the process never end.
  process.prependOnceListener('exit', () => {
    giveUpAt = performance.now() + LAST_LINES_MS
    try {
      if (!failing) return destination.flushSync()
    } catch {
      // Nobody takes it.
    }
    destination.destroy()
  })
  return destination
}
