import type { Command, CommandOption } from './command.ts'

/** Options that every command has. */
export const sharedOptions = {
  debug: { type: 'boolean', description: 'show the stack of an unforeseen error' },
  version: { type: 'boolean', short: 'v', description: 'print the version' },
  help: { type: 'boolean', short: 'h', description: 'print this' }
} as const satisfies Command['options']

const exitCodes =
  '0 fine, 1 the configuration or a start-up step is wrong or something was found, 2 the command line is wrong or names a file that cannot be read.'

/** What `sluice --help` prints. */
export const overview = (commands: readonly Command[]): string =>
  [
    'Usage: sluice <command> [options]',
    '',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...optionLines(sharedOptions),
    '',
    'sluice <command> --help says what a command takes.',
    `Exit codes: ${exitCodes}`,
    ''
  ].join('\n')

/** What `sluice COMMAND --help` prints. */
export const helpOf = ({ name, summary, forms = [''], options = {}, exitCodes: own = exitCodes }: Command): string =>
  [
    ...forms.map((form, i) => `${i === 0 ? 'Usage:' : '      '} sluice ${name} ${form}`.trimEnd()),
    '',
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    '',
    'Options:',
    ...optionLines({ ...options, ...sharedOptions }),
    '',
    `Exit codes: ${own}`,
    ''
  ].join('\n')

const optionLines = (options: Readonly<Record<string, CommandOption>>): readonly string[] =>
  table(
    Object.entries(options).map(([name, { short, value, description, multiple }]) => [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
      multiple === true ? `${description}; may come several times` : description
    ])
  )

const table = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
