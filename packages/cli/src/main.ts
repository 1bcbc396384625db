import { CommandLine } from './command-line.ts'
import { guardOutput } from './output.ts'

/** Runs the command line and gives the exit code. */
export const main = (argv: readonly string[]): Promise<number> => {
  guardOutput()
  const line = new CommandLine(argv, {
    say: text => process.stdout.write(text),
    complain: text => process.stderr.write(text)
  })
  process.once('uncaughtException', error => process.exit(line.fail(error)))
  return line.run()
}
