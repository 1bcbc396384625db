/** An option of a command, as `parseArgs` of Node takes it, with what its help says. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple?: boolean
  /** What stands for its value in the help, in capitals; of an option of type `string`. */
  readonly value?: string
  /** A sentence without its full stop. */
  readonly description: string
}

/** A subcommand. */
export interface Command {
  readonly name: string
  /** What may stand behind its name, one form each; default: nothing but options. */
  readonly forms?: readonly string[]
  /** One line for the list of commands. */
  readonly summary: string
  /** Options of its own. */
  readonly options?: Readonly<Record<string, CommandOption>>
  /** What its exit codes say, where it is more than that the configuration is fine (0) or wrong (1). */
  readonly exitCodes?: string
  /** How many operands it takes; Infinity for as many as there are. Default: 0. */
  readonly operands?: number
  /** Gives the exit code. */
  run(options: CommandOptions): Promise<number>
}

/** Values of options by name, a list of one that may come several times. */
export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

export interface CommandOptions {
  readonly configFile: string
  /** Whether the command line names it. */
  readonly configGiven: boolean
  /** Values of the command's own options, by name. */
  readonly values: Values
  /** As many as the command takes. */
  readonly operands: readonly string[]
}

/** Of the commands that read a configuration. */
export const configOption = {
  config: { type: 'string', short: 'c', value: 'FILE', description: 'configuration file (default: sluice.yaml)' }
} as const satisfies Command['options']

/** The command line itself is wrong, or names a file that cannot be read: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
