import { parseArgs } from 'node:util'
import { type Command, UsageError, type Values } from './command.ts'
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

/** Options of every command. */
const shared = {
  config: { type: 'string', short: 'c' },
  version: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' }
} as const

const usage = async (): Promise<string> => {
  const all = await Promise.all(Array.from(commands.values(), load => load()))
  return [
    'Usage: sluice <command> [options]',
    '',
    ...all.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`),
    '',
    ...all.flatMap(({ name, synopsis }) => (synopsis === undefined ? [] : [`sluice ${name} ${synopsis}`])),
    '',
    'Options:',
    '  --config FILE   configuration file (default: sluice.yaml)',
    '  --version       print the version',
    '  --help          print this',
    '',
    'Exit codes: 0 fine, 1 the configuration or a start-up step is wrong or something was found, 2 usage.',
    ''
  ].join('\n')
}

/** Runs the command line and gives the exit code. */
export const main = async (argv: readonly string[]): Promise<number> => {
  try {
    return await dispatch(argv)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`sluice: ${error.message}\n\n${await usage()}`)
    return 2
  }
}

const dispatch = async (argv: readonly string[]): Promise<number> => {
  const [named] = parseArgs({ args: [...argv], allowPositionals: true, strict: false, options: shared }).positionals
  const command = await commands.get(named ?? '')?.()
  const { values, positionals } = parse(argv, command?.options)
  if (values['version'] === true) return say(`sluice ${version} (node ${process.versions.node})\n`)
  if (values['help'] === true) return say(await usage())
  const [name, ...operands] = positionals
  if (name === undefined) throw new UsageError('which command?')
  if (command === undefined) throw new UsageError(`there is no command "${name}"`)
  checkOperands(command, operands)
  const { config } = values
  const configFile = typeof config === 'string' ? config : 'sluice.yaml'
  return command.run({ configFile, configGiven: config !== undefined, values, operands })
}

const checkOperands = ({ name, operands: wanted = 0, synopsis = '' }: Command, operands: readonly string[]): void => {
  if (operands.length === wanted || wanted === Infinity) return
  if (wanted > 0) throw new UsageError(`write sluice ${name} ${synopsis}`)
  throw new UsageError(`${name} takes no argument; a configuration is named with --config ${operands[0]!}`)
}

const parse = (argv: readonly string[], own: Command['options'] = {}): { values: Values; positionals: string[] } => {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { ...shared, ...own }
    })
    return { values, positionals }
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}

const say = (text: string): 0 => {
  process.stdout.write(text)
  return 0
}
