import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { hasCommand } from './requirements.ts'

/** Where a process runs: what is measured has a core of its own. */
export type Role = 'target' | 'load'

/** Whether processes can be kept apart: two cores, and taskset to choose one. */
export const canPin = availableParallelism() > 1 && hasCommand('taskset')

const core = (role: Role): string => (role === 'target' ? '0' : '1')

/** The command that starts `command` on the core of its role. */
export const pinned = (role: Role, command: readonly string[]): readonly string[] =>
  canPin ? ['taskset', '-c', core(role), ...command] : command

/** Keeps this process, with all its threads, off the core of the targets. */
export const pinOurselves = (): void => {
  if (canPin) execFileSync('taskset', ['-acp', core('load'), String(process.pid)])
}
