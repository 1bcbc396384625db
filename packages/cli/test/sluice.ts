import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** The command. */
export const bin = join(import.meta.dirname, '../bin/sluice.js')

export type Sluice = ChildProcessByStdio<null, Readable, Readable>

/** Starts the command as a person would; without the environment of the one who runs the tests. */
export const start = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Sluice =>
  spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })

/** Runs the command to its end. */
export const sluice = async (args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv) => {
  const child = start(args, cwd, env)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>
  ])
  return { code, stdout, stderr }
}
