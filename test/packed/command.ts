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
 * Runs a command to its end and gives what it printed. Its environment is that of a person at a terminal: nothing of an
 * npm script that may be running.
 *
 * @throws CommandFailed with both of its outputs
 */
export const command = async (
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {}
): Promise<string> => {
  try {
    const { stdout } = await exec(file, [...args], {
      cwd,
      env: { ...bareEnvironment(), ...env },
      maxBuffer: 1 << 26,
      timeout: AT_MOST
    })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new CommandFailed(`${file} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error })
  }
}

/** This process's environment without what npm, Node or the test runner told it about the script that runs. */
export const bareEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_SCRIPT.test(name)))

const OF_THE_SCRIPT =
  /^(?:npm_(?!config_(?:registry|cafile|userconfig|https?_proxy|proxy|noproxy)$)|INIT_CWD$|NODE_OPTIONS$|_?TAP)/i
