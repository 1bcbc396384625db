import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { command } from './command.ts'
import { publishable, readManifest } from './publishable.ts'

/**
 * Packs what the published packages need of others, as it is installed here, into a folder: with these beside them they
 * can be installed without a registry.
 */
export const packThirdParty = async (destination: string): Promise<void> => {
  const folders = new Map<string, string>()
  for (const { folder } of publishable()) collect(folder, folders)
  for (const [name, folder] of folders) {
    const stage = join(destination, '.stage', name)
    const staged = join(stage, 'package')
    cpSync(folder, staged, { recursive: true })
    if (existsSync(join(staged, 'node_modules'))) bundle(staged)
    await command('tar', ['-czf', join(destination, `${name.replace('/', '-')}.tgz`), '-C', stage, 'package'], stage)
  }
}

/** A dependency that is there in a version of its own comes with the package. */
const bundle = (staged: string): void => {
  const file = join(staged, 'package.json')
  const bundleDependencies = readdirSync(join(staged, 'node_modules')).filter(name => !name.startsWith('.'))
  writeFileSync(file, JSON.stringify({ ...readManifest(file), bundleDependencies }))
}

/** Adds the folders of a package's dependencies, and of theirs, by name. */
const collect = (folder: string, folders: Map<string, string>): void => {
  for (const name of Object.keys(readManifest(join(folder, 'package.json')).dependencies ?? {})) {
    if (name.startsWith('@sluice/')) continue
    const found = installed(name, folder)
    const bundled = [...folders.values()].some(other => found.startsWith(join(other, 'node_modules/')))
    const before = folders.get(name)
    if (bundled || before === found) continue
    if (before !== undefined) throw new Error(`${name} is needed in two versions: ${before}, ${found}`)
    folders.set(name, found)
    collect(found, folders)
  }
}

/** Where Node would find the package: beside, or above. */
const installed = (name: string, from: string): string => {
  const here = join(from, 'node_modules', name)
  if (existsSync(join(here, 'package.json'))) return here
  if (dirname(from) === from) throw new Error(`${name} is not installed`)
  return installed(name, dirname(from))
}
