import { parseArgs } from 'node:util'
import { type Command, UsageError, type Values } from './command.ts'
import { audit } from './commands/audit.ts'
import { check } from './commands/check.ts'
import { doctor } from './commands/doctor.ts'
import { importConfig } from './commands/import.ts'
import { plugins } from './commands/plugins.ts'
import { policy } from './commands/policy.ts'
import { print } from './commands/print.ts'
import { run } from './commands/run.ts'
import { schema } from './commands/schema.ts'
import { version } from './version.ts'

const commands: readonly Command[] = [run, check, doctor, importConfig, print, plugins, schema, audit, policy]

/** Options of every command. */
const shared = {
  config: { type: 'string', short: 'c' },
  version: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' }
} as const

const usage = (): string =>
  [
    'Usage: sluice <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`),
    '',
    ...commands.flatMap(({ name, synopsis }) => (synopsis === undefined ? [] : [`sluice ${name} ${synopsis}`])),
    '',
    'Options:',
    '  --config FILE   configuration file (default: sluice.yaml)',
    '  --version       print the version',
    '  --help          print this',
    '',
    'Exit codes: 0 fine, 1 the configuration or a start-up step is wrong or something was found, 2 usage.',
    ''
  ].join('\n')

/** Runs the command line and gives the exit code. */
export const main = async (argv: readonly string[]): Promise<number> => {
  try {
    return await dispatch(argv)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`sluice: ${error.message}\n\n${usage()}`)
    return 2
  }
}

const dispatch = async (argv: readonly string[]): Promise<number> => {
  const [named] = parseArgs({ args: [...argv], allowPositionals: true, strict: false, options: shared }).positionals
  const command = commands.find(known => known.name === named)
  const { values, positionals } = parse(argv, command?.options)
  if (values['version'] === true) return say(`sluice ${version} (node ${process.versions.node})\n`)
  if (values['help'] === true) return say(usage())
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
