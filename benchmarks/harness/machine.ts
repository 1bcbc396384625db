import { execFileSync, spawnSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import { canPin } from './cores.ts'

/** Where, when and how a result was taken. Figures of two machines are never compared. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly pinned: boolean
  readonly node: string
  readonly programs: Readonly<Record<string, string>>
  readonly commit: string
  readonly date: string
  readonly command: string
}

/** Describes this run. */
export const describeMachine = (command: string): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  pinned: canPin,
  node: process.versions.node,
  programs: {
    nginx: version('nginx', ['-v'], /nginx\/([\d.]+)/),
    haproxy: version('haproxy', ['-v'], /version ([\d.]+)/),
    wrk: version('wrk', ['-v'], /wrk (?:debian\/)?([\d.]+)/)
  },
  commit: commit(),
  date: new Date().toISOString(),
  command
})

/** What a program says of itself; some say it on stderr, and wrk with exit code 1. */
const version = (program: string, args: readonly string[], pattern: RegExp): string => {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` }
  })
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? 'not there'
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim()

/** The commit of the working tree, marked where the tree is not it; results themselves do not count. */
const commit = (): string => {
  try {
    const changed = git('status', '--porcelain', '--', ':/', ':!/benchmarks/results', ':!/benchmarks/RESULTS.md') !== ''
    return git('rev-parse', '--short=12', 'HEAD') + (changed ? ' with changes' : '')
  } catch {
    return 'unknown'
  }
}
