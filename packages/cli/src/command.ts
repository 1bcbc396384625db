import type { ParseArgsConfig } from 'node:util'

/** A subcommand. */
export interface Command {
  readonly name: string
  /** What stands behind its name in the usage text: operands and options of its own. */
  readonly synopsis?: string
  /** One line for the usage text. */
  readonly summary: string
  /** Options of its own, beside `--config`. */
  readonly options?: NonNullable<ParseArgsConfig['options']>
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

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}
