import { fileURLToPath } from 'node:url'
import { announce } from './announcement.ts'
import { isLoopback, parseCommandLine, usage, UsageError } from './command-line.ts'
import { startEntraEmulator } from './emulator.ts'

const sampleDirectory = fileURLToPath(new URL('../sample/directory.yaml', import.meta.url))

const stopOnSignal = (close: () => Promise<void>): void => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close())
}

const run = async (args: readonly string[]): Promise<void> => {
  const { config = sampleDirectory, host, port, help } = parseCommandLine(args)
  if (help) {
    console.log(usage)
    return
  }
  if (!isLoopback(host)) {
    console.error(
      `Warning: ${host} can be reached from other machines, and anyone who reaches it can sign in as anyone.`
    )
  }
  const emulator = await startEntraEmulator({ directory: config, host, port, log: line => console.log(line) })
  console.log(announce(emulator))
  stopOnSignal(() => emulator.close())
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
