/** A subcommand. */
export interface Command {
  readonly name: string
  /** One line for the usage text. */
  readonly summary: string
  /** Words that follow its name: those in capitals stand for any. Default: none. */
  readonly operands?: readonly string[]
  /** Gives the exit code. */
  run(options: CommandOptions): Promise<number>
}

export interface CommandOptions {
  readonly configFile: string
  /** Whether the command line names it. */
  readonly configGiven: boolean
  /** As many as the command has. */
  readonly operands: readonly string[]
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
