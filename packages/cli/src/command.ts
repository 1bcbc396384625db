/** A subcommand. */
export interface Command {
  readonly name: string
  /** One line for the usage text. */
  readonly summary: string
  /** Whether something stands behind its name. */
  readonly takesOperands?: true
  /** Options of its own: each is followed by a value and may come several times. With what they are for. */
  readonly options?: Readonly<Record<string, string>>
  /** Gives the exit code. */
  run(options: CommandOptions): Promise<number>
}

export interface CommandOptions {
  readonly configFile: string
  /** Whether the command line names it. */
  readonly configGiven: boolean
  /** What stands behind the command's name. */
  readonly operands: readonly string[]
  /** Values of an option of its own. */
  readonly values: (option: string) => readonly string[]
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
