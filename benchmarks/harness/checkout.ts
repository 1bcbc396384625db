import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const OURS = resolve(import.meta.dirname, '../..')

/** Another commit, ready to run, in a folder of its own. */
export interface Checkout {
  readonly folder: string
  readonly commit: string
}

/** Checks a commit out into a git worktree, which goes when we go. @throws Error of git if there is no such commit */
export const checkOut = (ref: string): Checkout => {
  const commit = git('rev-parse', '--short=12', `${ref}^{commit}`)
  const folder = join(mkdtempSync(join(tmpdir(), 'sluice-compare-')), 'sluice')
  git('worktree', 'add', '--quiet', '--detach', folder, commit)
  process.once('exit', () => {
    git('worktree', 'remove', '--force', folder)
    rmSync(resolve(folder, '..'), { recursive: true, force: true })
  })
  install(folder)
  return { folder, commit }
}

/** Our packages where the dependencies are the same, else those of the commit. */
const install = (folder: string): void => {
  if (dependencies(folder) === dependencies(OURS)) return linkPackages(folder)
  process.stderr.write('dependencies differ: npm ci\n')
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
    cwd: folder,
    stdio: 'inherit'
  })
}

/** The packages that the gateway may load: those of the benchmarks do not count. */
const dependencies = (folder: string): string => {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; dev?: boolean; link?: boolean }>
  }
  const loaded = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes('node_modules/') && dev !== true && link !== true
  )
  return loaded.map(([path, { version }]) => `${path} ${version}`).join('\n')
}

/** Links every package but those of the repository itself, whose links must lead into the worktree. */
const linkPackages = (folder: string): void => {
  const target = join(folder, 'node_modules')
  mkdirSync(join(target, '@sluice'), { recursive: true })
  const installed = join(OURS, 'node_modules')
  for (const name of readdirSync(installed)) {
    if (name !== '@sluice' && !name.startsWith('.')) symlinkSync(join(installed, name), join(target, name))
  }
  for (const [name, path] of workspaces(folder)) {
    symlinkSync(join(folder, path), join(target, name))
    const own = join(OURS, path, 'node_modules')
    if (existsSync(own)) symlinkSync(own, join(folder, path, 'node_modules'))
  }
}

const workspaces = (folder: string): [name: string, path: string][] =>
  ['packages', 'plugins'].flatMap(group =>
    readdirSync(join(folder, group)).map((name): [string, string] => {
      const path = join(group, name)
      return [(JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')) as { name: string }).name, path]
    })
  )

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', cwd: OURS }).trim()
