import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** What a package.json says, as far as it is looked at here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
}

/** A package of the repository that is published. */
export interface Publishable {
  /** Absolute. */
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package of the repository that is not private. */
export const publishable = (): readonly Publishable[] =>
  globSync('{packages,plugins}/*/package.json', { cwd: root })
    .toSorted()
    .map(file => ({ folder: join(root, file, '..'), manifest: readManifest(join(root, file)) }))
    .filter(({ manifest }) => manifest.private !== true)

export const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest
