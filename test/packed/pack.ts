import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { command } from './command.ts'
import { publishable, root } from './publishable.ts'

/** A package as npm would publish it. */
export interface Tarball {
  readonly name: string
  readonly version: string
  /** Absolute. */
  readonly file: string
  /** Bytes. */
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string; readonly size: number }[]
}

interface NpmPacked extends Omit<Tarball, 'file'> {
  readonly filename: string
}

/** Builds every package that is published, and packs it into a folder. */
export const pack = async (destination: string): Promise<readonly Tarball[]> => {
  mkdirSync(destination, { recursive: true })
  const packages = publishable()
  // From nothing: the compiler leaves the outputs of sources that are gone.
  for (const { folder } of packages) {
    for (const output of ['dist', 'tsconfig.tsbuildinfo'])
      rmSync(join(folder, output), { recursive: true, force: true })
  }
  await command('npm', ['run', '--silent', 'build'], root)
  const workspaces = packages.flatMap(({ manifest }) => ['--workspace', manifest.name])
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination, ...workspaces]
  const packed = JSON.parse(await command('npm', args, root)) as readonly NpmPacked[]
  return packed.map(({ filename, ...tarball }) => ({ ...tarball, file: join(destination, filename) }))
}

// npm run pack -- FOLDER
if (import.meta.main) {
  const [, , folder] = process.argv
  if (folder === undefined) throw new Error('Name the folder that the packages go to: npm run pack -- FOLDER')
  // npm runs a script in the folder of the package, and remembers where it was called.
  for (const { file } of await pack(resolve(process.env['INIT_CWD'] ?? '.', folder))) console.log(file)
}
