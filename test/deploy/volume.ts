import { chownSync, chmodSync, mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { NONROOT } from './container.ts'

/**
 * A volume as the kubelet writes ConfigMaps and Secrets: the files are links through `..data` to a folder, and a change
 * is a new folder to which `..data` is renamed, so that all files change at once.
 */
export class Volume {
  readonly folder: string
  readonly #mode: number

  /** @param mode - Of the files, which are root's and, by fsGroup, the group's. */
  constructor(folder: string, mode: number, files: Readonly<Record<string, string>>) {
    this.folder = folder
    this.#mode = mode
    mkdirSync(folder)
    this.write(files)
    for (const name of Object.keys(files)) symlinkSync(join('..data', name), join(folder, name))
  }

  /** Writes all files anew. */
  write(files: Readonly<Record<string, string>>): void {
    const generation = mkdtempSync(`${this.folder}/..generation_`)
    chmodSync(generation, 0o755)
    for (const [name, text] of Object.entries(files)) {
      const file = join(generation, name)
      writeFileSync(file, text)
      chownSync(file, 0, NONROOT)
      chmodSync(file, this.#mode)
    }
    symlinkSync(basename(generation), join(this.folder, '..data_tmp'))
    renameSync(join(this.folder, '..data_tmp'), join(this.folder, '..data'))
  }
}
