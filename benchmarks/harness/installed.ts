import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { publishable, root } from '../../test/packed/publishable.ts'

/**
 * Puts into a folder what npm would install: our packages as they are published, beside those of others. Gives the file of
 * the command.
 */
export const installInto = (folder: string): string => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@sluice') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const { folder: source, manifest } of publishable()) {
    for (const part of ['package.json', ...(manifest.files ?? [])])
      cpSync(join(source, part), join(modules, manifest.name, part), { recursive: true })
  }
  return join(modules, '@sluice/cli/bin/sluice.js')
}
