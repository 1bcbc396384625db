import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suggestion } from '../config/suggest.ts'
import { isNotFound, resolveFrom } from './resolve.ts'

const BUILTIN = '@sluice/plugin-'

/** Whether a name in a configuration is that of a file, as opposed to a package. */
export const isFileName = (name: string): boolean => /^\.{0,2}\//.test(name)

/**
 * Finds plugins by the names that stand in a configuration: a built-in (`scope` is `@sluice/plugin-scope`), a package,
 * looked up from the configuration's folder and then from the given bases, or a file (`./filters/dlp.ts`).
 */
export class PluginFinder {
  readonly #bases: readonly string[]
  readonly #builtins: readonly string[]

  constructor(bases: readonly string[], builtins: readonly string[]) {
    this.#bases = bases
    this.#builtins = builtins.map(name => name.slice(BUILTIN.length))
  }

  /** Names without a package or a path in front. */
  get builtins(): readonly string[] {
    return this.#builtins
  }

  /** URL of the plugin's main file, or `undefined` if there is none. @throws Error of Node's resolver */
  find(name: string, directory: string): string | undefined {
    return isFileName(name) ? this.#file(name, directory) : this.#package(name, directory)
  }

  /** Why there is none, and what to write instead. `handed` are names of plugins that the program brought itself. */
  explain(name: string, directory: string, handed: readonly string[]): { message: string; advice: string } {
    if (isFileName(name)) {
      const advice = 'The path starts from the folder of this configuration.'
      return { message: `there is no file ${resolve(directory, name)}`, advice }
    }
    const file = `./${name}`
    if (this.#file(file, directory) !== undefined) {
      return { message: `there is no package "${name}"`, advice: `A file is written ${file}.` }
    }
    const known = suggestion(name, [...handed, ...this.#builtins])
    return {
      message: `there is no filter "${name}"`,
      advice: `${known} Another plugin is installed with npm beside this configuration.`
    }
  }

  #file(name: string, directory: string): string | undefined {
    const file = resolve(directory, name)
    return existsSync(file) ? pathToFileURL(file).href : undefined
  }

  #package(name: string, directory: string): string | undefined {
    // Nothing beside the configuration may take the place of what comes with the command.
    if (this.#builtins.includes(name)) return this.#resolve(BUILTIN + name, this.#bases)
    const bases = [pathToFileURL(join(directory, 'sluice.yaml')).href, ...this.#bases]
    const short = /^[a-z][a-z0-9-]*$/.test(name) ? this.#resolve(BUILTIN + name, bases) : undefined
    return short ?? this.#resolve(name, bases)
  }

  #resolve(specifier: string, bases: readonly string[]): string | undefined {
    for (const base of bases) {
      try {
        return resolveFrom(specifier, base)
      } catch (error) {
        if (!isNotFound(error, specifier)) throw error
      }
    }
    return undefined
  }
}
