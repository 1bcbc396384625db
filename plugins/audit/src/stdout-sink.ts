import { write, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Sink } from './sink.ts'

const writeTo = promisify(write)

const STDOUT = 1
/** Milliseconds for a pipe that is full. */
const FULL_MS = 10
/** Milliseconds for which one that stays full keeps the process from ending. */
const LAST_MS = 2000

/** Standard output. Nothing can be synced there. */
export class StdoutSink implements Sink {
  #waitedMs = 0

  async write(bytes: Uint8Array): Promise<number> {
    try {
      return (await writeTo(STDOUT, bytes)).bytesWritten
    } catch (error) {
      if (!isFull(error)) throw error
      await sleep(FULL_MS)
      return 0
    }
  }

  writeNow(bytes: Uint8Array): number {
    try {
      return writeSync(STDOUT, bytes)
    } catch (error) {
      if (!isFull(error) || this.#waitedMs >= LAST_MS) throw error
      this.#waitedMs += FULL_MS
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_MS)
      return 0
    }
  }

  async sync(): Promise<void> {}

  async rotate(): Promise<void> {}

  close(): void {}
}

/** A pipe whose reader is slow refuses to take more (write(2), `EAGAIN`): node makes pipes non-blocking. */
const isFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EAGAIN'
