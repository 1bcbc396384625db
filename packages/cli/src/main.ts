import { parseArgs } from 'node:util'
import { type Command, UsageError } from './command.ts'
import { audit } from './commands/audit.ts'
import { check } from './commands/check.ts'
import { plugins } from './commands/plugins.ts'
import { print } from './commands/print.ts'
import { run } from './commands/run.ts'
import { schema } from './commands/schema.ts'
import { version } from './version.ts'

const commands: readonly Command[] = [run, check, print, plugins, schema, audit]

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
    ...commands.flatMap(({ name, options = {} }) =>
      Object.entries(options).map(([option, use]) => `  --${`${option} …`.padEnd(13)} ${name}: ${use}`)
    ),
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
  const [name, ...rest] = positionals
  if (name === undefined) throw new UsageError('which command?')
  const command = commands.find(known => known.name === name)
  if (command === undefined) throw new UsageError(`there is no command "${name}"`)
  if (rest.length > 0 && command.takesOperands !== true)
    throw new UsageError(`${name} takes no argument; a configuration is named with --config ${rest[0]!}`)
  const { config, version: _version, help: _help, ...others } = values
  const foreign = Object.keys(others).find(option => command.options?.[option] === undefined)
  if (foreign !== undefined) throw new UsageError(`${name} has no option --${foreign}`)
  return command.run({
    configFile: config ?? 'sluice.yaml',
    configGiven: config !== undefined,
    operands: rest,
    values: option => (others as Record<string, string[] | undefined>)[option] ?? []
  })
}

/** Those of all commands: which one it is, is known when they are read. */
const ownOptions = Object.fromEntries(
  commands.flatMap(({ options = {} }) =>
    Object.keys(options).map(option => [option, { type: 'string', multiple: true } as const])
  )
)

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...ownOptions,
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
