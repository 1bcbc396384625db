import { fileURLToPath } from 'node:url'
import { announce } from './announcement.ts'
import { type CommandLine, isLoopback, parseCommandLine, usage, UsageError } from './command-line.ts'
import { type EntraEmulator, startEntraEmulator } from './emulator.ts'

const sampleDirectory = fileURLToPath(new URL('../sample/directory.yaml', import.meta.url))

const stopOnSignal = (close: () => Promise<void>): void => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
}

const rotate = async (emulator: EntraEmulator): Promise<void> => {
  const kid = await emulator.rotateKeys({ keepOld: true })
  console.log(`Keys rotated: ${kid} signs from now on, the old one stays published`)
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

const start = async ({ config = sampleDirectory, host, port, authority }: CommandLine): Promise<EntraEmulator> => {
  try {
    return await startEntraEmulator({ directory: config, host, port, authority, log: line => console.log(line) })
  } catch (cause) {
    if (!isTaken(cause)) throw cause
    const address = host.includes(':') ? `[${host}]` : host
    throw new Error(`${address}:${port} is in use; choose another with --port`, { cause })
  }
}

const run = async (args: readonly string[]): Promise<void> => {
  const line = parseCommandLine(args)
  const { host } = line
  if (line.help) {
    console.log(usage)
    return
  }
  if (!isLoopback(host)) {
    console.error(
      `Warning: ${host} can be reached from other machines, and anyone who reaches it can sign in as anyone.`
    )
  }
  const emulator = await start(line)
  // Before the announcement: whoever reads it may send a signal at once.
  stopOnSignal(() => emulator.close())
  process.on('SIGUSR2', () => void rotate(emulator))
  console.log(announce(emulator, process.pid))
}

/** Runs the command. Exit code 1 if the directory or the start is wrong, 2 for a wrong use. */
export const main = async (args: readonly string[] = process.argv.slice(2)): Promise<void> => {
  try {
    await run(args)
  } catch (error) {
    const isUsage = error instanceof UsageError
    console.error(error instanceof Error ? error.message : String(error))
    if (isUsage) console.error(usage)
    process.exitCode = isUsage ? 2 : 1
  }
}
