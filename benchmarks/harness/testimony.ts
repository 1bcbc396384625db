import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Target } from './target.ts'

/** What `witness.ts` says of the process in which it stands. */
export interface Testimony {
  /** Milliseconds that the event loop was held up, since the last time. */
  readonly loopP99Ms: number
  readonly loopMaxMs: number
  /** MiB of the heap, and of what it holds outside; without the garbage if that is collected. */
  readonly liveMiB: number
}

/** The option of Node with which a process has a witness, who writes into `file`, and may collect the garbage before he does. */
export const withWitness = (file: string, collect = false): string => {
  const url = pathToFileURL(join(import.meta.dirname, 'witness.ts'))
  url.searchParams.set('file', file)
  if (collect) url.searchParams.set('collect', '')
  return `--import=${url.href}`
}

/** Asks the witness of a target. @throws Error if it says nothing for 10 s */
export const testimony = async (target: Target, file: string): Promise<Testimony> => {
  rmSync(file, { force: true })
  process.kill(target.pid, 'SIGUSR2')
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await sleep(5)) {
    target.check()
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Testimony
  }
  throw new Error(`${target.peer.name}: its witness says nothing`)
}
