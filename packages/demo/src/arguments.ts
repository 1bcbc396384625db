import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface DemoArguments {
  /** End after the client's run instead of serving on. */
  readonly once: boolean
  readonly help: boolean
}

/** Shown for --help, and after what is wrong with the arguments. */
export const USAGE = `Usage: npm start -- [--once] [--help]

Starts an MCP server, an Entra ID emulator and Sluice between them on this machine,
signs in with an MCP client, shows each step, and serves until Ctrl-C.

  --once  end after the client's run: exit 0 if all went well, 1 if a step failed
  --help  show this text
`

/**
 * Reads the arguments.
 *
 * @throws Error of node:util for an argument that does not exist.
 */
export const readArguments = (argv: readonly string[]): DemoArguments => {
  const { values } = parseArgs({
    args: [...argv],
    options: { once: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: false,
    strict: true
  })
  return values
}
