import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pinned } from './cores.ts'

/** What is sent. The files have an entry a line, and requests go through both of them in a circle. */
export interface Load {
  readonly tokens: string
  readonly paths: string
  readonly body: string
  readonly connections: number
  readonly seconds: number
  /** Index of the first request of the circle. */
  readonly start?: number
  /** Milliseconds that a connection pauses behind each answer. Default: it sends the next request at once. */
  readonly pauseMs?: number
}

/** What wrk counted. */
export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Connections refused or broken, and answers that did not come in time. */
  readonly socketErrors: number
  /** Answers with a status of 400 or more. */
  readonly refused: number
}

const run = promisify(execFile)

/** Puts load on a target, from the load's core. */
export const wrk = async (url: string, load: Load): Promise<LoadResult> => {
  const script = join(import.meta.dirname, 'wrk.lua')
  const args = ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '10s', '-s', script, url]
  const [program = '', ...rest] = pinned('load', ['wrk', ...args])
  const { stdout } = await run(program, rest, {
    env: {
      ...process.env,
      BENCH_TOKENS: load.tokens,
      BENCH_PATHS: load.paths,
      BENCH_BODY: load.body,
      BENCH_START: String(load.start ?? 0),
      ...(load.pauseMs !== undefined && { BENCH_PAUSE: String(load.pauseMs) })
    }
  })
  return parseWrk(stdout)
}

/** Reads the line of JSON that `wrk.lua` writes behind what wrk itself has to say. @throws Error if it is not there */
export const parseWrk = (output: string): LoadResult => {
  const line = /^BENCH (\{.*\})$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`wrk gave no summary: ${output}`)
  return JSON.parse(line) as LoadResult
}

/** @throws Error if not every request was answered, and with success: a figure of refusals says nothing */
export const expectSuccess = (who: string, { requests, socketErrors, refused }: LoadResult): void => {
  if (requests === 0) throw new Error(`${who}: no answer at all`)
  if (refused > 0) throw new Error(`${who}: ${refused} of ${requests} answers were refusals or faults`)
  if (socketErrors > 0) throw new Error(`${who}: ${socketErrors} connections broke or answers were late`)
}
