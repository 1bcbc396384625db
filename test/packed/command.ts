import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const exec = promisify(execFile)
/** Milliseconds after which a command that hangs is ended. */
const AT_MOST = 120_000

/** A command that ended with another code than 0. */
export class CommandFailed extends Error {
  override name = 'CommandFailed'
}

/**
 * Runs a command to its end and gives what it printed. Its environment is that of a person at a terminal.
 *
 * @throws CommandFailed with both of its outputs
 */
export const command = async (
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {}
): Promise<string> => {
  const { file: launcher, args: all, env: whole } = atTerminal(file, args, env)
  try {
    const { stdout } = await exec(launcher, [...all], { cwd, env: whole, maxBuffer: 1 << 26, timeout: AT_MOST })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new CommandFailed(`${file} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}

/** How a process is started. */
export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/**
 * How to start a command as a person at a terminal would: in this process's environment without what npm, Node or the
 * test runner told it. By `env`, since tap puts itself into the NODE_OPTIONS of every process that it starts, which
 * TypeScript's launcher does not bear.
 */
export const atTerminal = (file: string, args: readonly string[], env: NodeJS.ProcessEnv): Launch => {
  const kept = Object.entries(process.env).filter(([name]) => !OF_THE_SCRIPT.test(name))
  const { NODE_OPTIONS: wanted, ...others } = { ...Object.fromEntries(kept), ...env }
  const options = wanted === undefined ? [] : [`NODE_OPTIONS=${wanted}`]
  return { file: 'env', args: ['-u', 'NODE_OPTIONS', ...options, file, ...args], env: others }
}

const OF_THE_SCRIPT =
  /^(?:npm_(?!config_(?:registry|cafile|userconfig|https?_proxy|proxy|noproxy)$)|INIT_CWD$|NODE_OPTIONS$|_?TAP)/i
