import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { atTerminal } from './command.ts'

/**
 * Starts an installed `sluice run` in the folder of its configuration, uses the public listener that it announces, and
 * sends SIGTERM. Gives the exit code, and what the use gave.
 *
 * @throws Error with what it printed, if it ends before it serves
 */
export const whileServing = async <T>(
  folder: string,
  env: NodeJS.ProcessEnv,
  use: (url: string) => Promise<T>
): Promise<{ readonly exit: number | null; readonly used: T }> => {
  const { file, args, env: whole } = atTerminal('node_modules/.bin/sluice', ['run'], env)
  const child = spawn(file, [...args], { cwd: folder, env: whole, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit') as Promise<[number | null]>
  try {
    const used = await use(await listening(child))
    child.kill('SIGTERM')
    return { exit: (await exited)[0], used }
  } finally {
    child.kill('SIGKILL')
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
