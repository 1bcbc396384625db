import { readArguments, USAGE } from './arguments.ts'
import { type DemoParts, runDemo } from './demo.ts'
import { createPrinter, type Output } from './print.ts'

/** What the command gets of its process. */
export interface MainContext {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: NodeJS.ProcessEnv
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
  /** Default: the real ones. */
  readonly parts?: DemoParts
}

/**
 * Runs the demonstration's command.
 *
 * @returns the exit code: 0 after a good run or, without --once, a signal; 1 when a part did not start or a step failed;
 *   2 for arguments that do not exist.
 */
export const main = async (argv: readonly string[], context: MainContext): Promise<0 | 1 | 2> => {
  const { stdout, stderr, env, signal, parts } = context
  let args
  try {
    args = readArguments(argv)
  } catch (error) {
    stderr.write(`${messageOf(error)}\n\n${USAGE}`)
    return 2
  }
  if (args.help) {
    stdout.write(USAGE)
    return 0
  }
  try {
    await runDemo({ once: args.once, env, signal, ...(parts && { parts }) }, createPrinter(stdout, env))
    return 0
  } catch (error) {
    // A stop during the start is a stop; with --once it is a run that did not come to its end.
    if (signal.aborted && !args.once) return 0
    stderr.write(`\n${signal.aborted ? 'Stopped.' : messageOf(error)}\n`)
    return 1
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
