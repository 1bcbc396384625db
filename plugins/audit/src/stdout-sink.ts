import { write, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Sink } from './sink.ts'

const writeTo = promisify(write)

const STDOUT = 1
/** Milliseconds for a pipe that is full. */
const FULL_MS = 10

/** Standard output. Nothing can be synced there. */
export class StdoutSink implements Sink {
  async write(bytes: Uint8Array): Promise<number> {
    try {
      return (await writeTo(STDOUT, bytes)).bytesWritten
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      await sleep(FULL_MS)
      return 0
    }
  }

  async sync(): Promise<void> {}

  async rotate(): Promise<void> {}

  close(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) written += writeSync(STDOUT, bytes, written)
  }
}
