/** A subcommand. */
export interface Command {
  readonly name: string
  /** One line for the usage text. */
  readonly summary: string
  /** Gives the exit code. */
  run(options: CommandOptions): Promise<number>
}

export interface CommandOptions {
  readonly configFile: string
  /** Whether the command line names it. */
  readonly configGiven: boolean
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
