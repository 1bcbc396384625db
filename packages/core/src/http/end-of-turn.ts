/** So many at once: what waits shall not wait for a thousand others. */
const MOST = 64

let waiting: (() => void)[] = []

/**
 * Puts a write off to the end of this turn of the event loop, after everything that has arrived was read. Writes that
 * follow one another are far cheaper than writes between which other work is done: the first wakes the process at the
 * other end, the next ones find it awake, and the code that writes is still in the processor's cache. It costs a request
 * that is alone some microseconds. Writes keep their order; one that throws ends the process, but takes no other along.
 */
export const atEndOfTurn = (write: () => void): void => {
  if (waiting.push(write) === 1) setImmediate(writeAll)
  else if (waiting.length === MOST) writeAll()
}

const writeAll = (): void => {
  const writes = waiting
  waiting = []
  const failures: unknown[] = []
  for (const write of writes) {
    try {
      write()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
