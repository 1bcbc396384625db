import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** What became of a child process. */
export interface ChildOutcome {
  /** What it wrote, by stream. */
  readonly texts: readonly string[]
  readonly code: number | null
  readonly signal: string | null
  /** Whether another process has inherited a stream, and does not close it. */
  readonly held: boolean
}

/** Milliseconds in which what a process wrote last must have arrived. */
const LAST_WORDS = 2000

/** Waits for the end of a child, and for all that it wrote; not for those who inherited its streams. */
export const outcomeOf = async (child: ChildProcess, outputs: readonly Readable[]): Promise<ChildOutcome> => {
  const collected = outputs.map(collect)
  // Before the end is waited for: it may be closed in the same turn.
  const closed = once(child, 'close').then(() => false)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  const waiting = new AbortController()
  const tooLong = sleep(LAST_WORDS, true, { signal: waiting.signal }).catch(() => true)
  const held = await Promise.race([closed, tooLong])
  waiting.abort()
  for (const output of outputs) output.destroy()
  return { texts: collected.map(read => read()), code, signal, held }
}

const collect = (output: Readable): (() => string) => {
  let text = ''
  output.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk))
  return () => text
}
