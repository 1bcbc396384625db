import { parseArgs } from 'node:util'

/** What the command was asked to do. */
export interface CommandLine {
  readonly config: string | undefined
  readonly host: string
  readonly port: number
  readonly authority: string | undefined
  readonly help: boolean
}

/** A wrong use of the command: exit code 2. */
export class UsageError extends Error {}

/** What `--help` prints. */
export const usage = `Usage: entra-emulator [--config FILE] [--port N] [--host ADDRESS] [--authority ORIGIN]

A Microsoft Entra ID look-alike for tests and demonstrations. Not Microsoft's, and not for production.

  --config FILE       the directory in YAML (default: the sample that comes with the package)
  --port N            port to listen on, 0 for a free one (default 8082)
  --host ADDRESS      address to listen on (default 127.0.0.1)
  --authority ORIGIN  where clients reach it (default: http, the address and the port)
  --help              print this`

const options = {
  config: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8082' },
  authority: { type: 'string' },
  help: { type: 'boolean', default: false }
} as const

/** @throws UsageError if an option is not known or its value is wrong. */
export const parseCommandLine = (args: readonly string[]): CommandLine => {
  let values
  try {
    values = parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
  const { config, host, authority, help } = values
  const port = Number(values.port)
  if (values.port.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError('--port must be a number from 0 to 65535')
  }
  return { config, host, port, authority, help }
}

/** Whether an address can be reached from this machine only. */
export const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(host)
