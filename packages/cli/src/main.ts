import { parseArgs } from 'node:util'
import { type Command, UsageError } from './command.ts'
import { check } from './commands/check.ts'
import { plugins } from './commands/plugins.ts'
import { policy } from './commands/policy.ts'
import { print } from './commands/print.ts'
import { run } from './commands/run.ts'
import { schema } from './commands/schema.ts'
import { version } from './version.ts'

const commands: readonly Command[] = [run, check, print, plugins, schema, policy]

const usage = (): string =>
  [
    'Usage: sluice <command> [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`),
    '',
    'Options:',
    '  --config FILE   configuration file (default: sluice.yaml)',
    '  --version       print the version',
    '  --help          print this',
    '',
    'Exit codes: 0 fine, 1 the configuration or a start-up step is wrong, 2 usage.',
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
  const { values, positionals } = parse(argv)
  if (values.version === true) return say(`sluice ${version} (node ${process.versions.node})\n`)
  if (values.help === true) return say(usage())
  const [name, ...operands] = positionals
  if (name === undefined) throw new UsageError('which command?')
  const command = commands.find(known => known.name === name)
  if (command === undefined) throw new UsageError(`there is no command "${name}"`)
  checkOperands(command, operands)
  return command.run({ configFile: values.config ?? 'sluice.yaml', configGiven: values.config !== undefined, operands })
}

const checkOperands = ({ name, operands: wanted = [] }: Command, given: readonly string[]): void => {
  if (wanted.length === 0 && given.length > 0)
    throw new UsageError(`${name} takes no argument; a configuration is named with --config ${given[0]!}`)
  const fits = wanted.every((word, i) => (word === word.toUpperCase() ? given[i] !== undefined : given[i] === word))
  if (!fits || given.length !== wanted.length) throw new UsageError(`write ${name} ${wanted.join(' ')}`)
}

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        version: { type: 'boolean', short: 'v' },
        help: { type: 'boolean', short: 'h' }
      }
    })
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error })
  }
}

const say = (text: string): 0 => {
  process.stdout.write(text)
  return 0
}
