import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { bareEnvironment } from './command.ts'

/** A `sluice run` that serves. */
export interface Served {
  /** Origin of the public listener. */
  readonly url: string
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>
}

/**
 * Starts an installed `sluice run` in the folder of its configuration and waits until it serves.
 *
 * @throws Error with what it printed, if it ends before
 */
export const serve = async (folder: string, env: NodeJS.ProcessEnv): Promise<Served> => {
  const child = spawn('node_modules/.bin/sluice', ['run'], {
    cwd: folder,
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const url = await listening(child)
  return {
    url,
    async stop() {
      const exited = once(child, 'exit') as Promise<[number | null]>
      child.kill('SIGTERM')
      return (await exited)[0]
    }
  }
}

const listening = async (child: ChildProcess): Promise<string> => {
  let printed = ''
  child.stderr!.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  for await (const line of createInterface(child.stdout!)) {
    const { msg, listen } = JSON.parse(line) as { msg?: string; listen?: string }
    if (msg === 'serving' && listen !== undefined) return listen
    printed += `${line}\n`
  }
  throw new Error(`sluice run ended:\n${printed}`)
}
