import { setTimeout as sleep } from 'node:timers/promises'
import type { LogLine } from './log.ts'

/** Waits for a line of the log; gives up after half a minute. */
export const logged = async (log: readonly LogLine[], message: RegExp, from = 0): Promise<LogLine> => {
  for (let tries = 0; tries < 3000; tries++) {
    const found = log.slice(from).find(line => message.test(line.message))
    if (found !== undefined) return found
    await sleep(10)
  }
  throw new Error(`never logged: ${message}`)
}
