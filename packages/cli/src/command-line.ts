import { parseArgs } from 'node:util'
import { type Command, UsageError, type Values } from './command.ts'
import { helpOf, overview, sharedOptions } from './help.ts'
import { version } from './version.ts'

/** Subcommands by name, in the order of the usage text. Each is loaded when it is asked for: `run` starts without the others. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['run', async () => (await import('./commands/run.ts')).run],
  ['check', async () => (await import('./commands/check.ts')).check],
  ['doctor', async () => (await import('./commands/doctor.ts')).doctor],
  ['import', async () => (await import('./commands/import.ts')).importConfig],
  ['print', async () => (await import('./commands/print.ts')).print],
  ['plugins', async () => (await import('./commands/plugins.ts')).plugins],
  ['schema', async () => (await import('./commands/schema.ts')).schema],
  ['audit', async () => (await import('./commands/audit.ts')).audit],
  ['policy', async () => (await import('./commands/policy.ts')).policy]
])

/** Where a command line is answered. */
export interface Answers {
  /** What was asked for, such as the help. */
  say(text: string): void
  /** What is wrong. */
  complain(text: string): void
}

/** A command line. */
export class CommandLine {
  readonly #argv: readonly string[]
  readonly #answers: Answers
  readonly #name: string | undefined

  constructor(argv: readonly string[], answers: Answers) {
    this.#argv = argv
    this.#answers = answers
    this.#name = commandIn(argv)
  }

  /** Runs it, and gives the exit code. */
  async run(): Promise<number> {
    try {
      return await this.#dispatch()
    } catch (error) {
      return this.fail(error)
    }
  }

  /** Says what is wrong, and gives the exit code. */
  fail(error: unknown): number {
    this.#answers.complain(complaint(error, this.#name, this.#argv.includes('--debug')))
    return error instanceof UsageError ? 2 : 1
  }

  async #dispatch(): Promise<number> {
    const name = this.#name
    const command = await commands.get(name ?? '')?.()
    const { values, positionals } = parse(this.#argv, command)
    if (values['version'] === true) return this.#say(`sluice ${version} (node ${process.versions.node})\n`)
    if (values['help'] === true) return this.#say(command === undefined ? await wholeHelp() : helpOf(command))
    if (command === undefined) throw new UsageError(name === undefined ? `which command? ${known}` : unknown(name))
    const operands = positionals.slice(1)
    checkOperands(command, operands)
    const { config } = values
    const configFile = typeof config === 'string' ? config : 'sluice.yaml'
    return command.run({ configFile, configGiven: config !== undefined, values, operands })
  }

  #say(text: string): 0 {
    this.#answers.say(text)
    return 0
  }
}

/** The first word that is a command: the value of an option may stand in front of it. */
const commandIn = (argv: readonly string[]): string | undefined => {
  const { positionals } = parseArgs({ args: [...argv], allowPositionals: true, strict: false, options: sharedOptions })
  return positionals.find(word => commands.has(word)) ?? positionals[0]
}

const known = `There are ${[...commands.keys()].join(', ')}`

const unknown = (name: string): string => `there is no command "${name}". ${known}`

const wholeHelp = async (): Promise<string> =>
  overview(await Promise.all(Array.from(commands.values(), load => load())))

const checkOperands = (
  { name, operands: wanted = 0, forms = [], options = {} }: Command,
  operands: readonly string[]
): void => {
  if (operands.length === wanted || wanted === Infinity) return
  if (wanted > 0) throw new UsageError(`write ${forms.map(form => `sluice ${name} ${form}`).join(' or ')}`)
  const named = 'config' in options ? `; a configuration is named with --config ${operands[0]!}` : ''
  throw new UsageError(`${name} takes no argument${named}`)
}

const parse = (argv: readonly string[], command: Command | undefined): { values: Values; positionals: string[] } => {
  const options = { ...command?.options, ...sharedOptions }
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options })
  } catch (error) {
    // Of a command that does not exist nobody knows the options either.
    const { code, message } = error as NodeJS.ErrnoException
    if (command === undefined && code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return { values: {}, positionals: [] }
    // Node explains at length how else it could have been meant.
    throw new UsageError(message.split(/\.\s|\n/)[0], { cause: error })
  }
}

/** A sentence, and where to go on. */
const complaint = (error: unknown, command: string | undefined, debug: boolean): string => {
  if (error instanceof UsageError) {
    const help = command !== undefined && commands.has(command) ? `sluice ${command} --help` : 'sluice --help'
    return `sluice: ${error.message}\nSee ${help}\n`
  }
  if (debug) return `sluice: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return `sluice: unforeseen: ${message}\nThe same with --debug shows where it came from\n`
}
