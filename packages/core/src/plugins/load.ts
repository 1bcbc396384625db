import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suggestion } from '../config/suggest.ts'
import { adoptPlugin } from './adopt.ts'
import type { LoadedPlugin } from './loaded-plugin.ts'
import { loadFault } from './load-fault.ts'
import { provideOwnApi } from './own-api.ts'
import { displayPath, isNotFound, resolveFrom } from './resolve.ts'

const BUILTIN = '@sluice/plugin-'

/**
 * Loads plugins by the names that stand in YAML: a built-in (`scope` is `@sluice/plugin-scope`), a package, looked up
 * from the configuration file and then from the given bases, or a file (`./filters/dlp.ts`). Each name once.
 */
export class PluginLoader {
  readonly #configFile: string
  readonly #commandBases: readonly string[]
  readonly #builtins: readonly string[]
  readonly #loaded = new Map<string, Promise<LoadedPlugin>>()

  constructor(configFile: string, bases: readonly string[], builtins: readonly string[]) {
    provideOwnApi()
    this.#configFile = resolve(configFile)
    this.#commandBases = bases
    this.#builtins = builtins.map(name => name.slice(BUILTIN.length))
  }

  load(name: string): Promise<LoadedPlugin> {
    const loading = this.#loaded.get(name) ?? this.#load(name)
    this.#loaded.set(name, loading)
    return loading
  }

  async #load(name: string): Promise<LoadedPlugin> {
    try {
      const url = /^\.{0,2}\//.test(name) ? this.#file(name) : this.#package(name)
      if (url === undefined) return this.#notFound(name)
      return adoptPlugin(name, await import(url), displayPath(url))
    } catch (error) {
      return loadFault(name, error)
    }
  }

  #file(name: string): string | undefined {
    const file = resolve(dirname(this.#configFile), name)
    return existsSync(file) ? pathToFileURL(file).href : undefined
  }

  #package(name: string): string | undefined {
    // Nothing beside the configuration may take the place of what comes with the command.
    if (this.#builtins.includes(name)) return this.#find(BUILTIN + name, this.#commandBases)
    const bases = [pathToFileURL(this.#configFile).href, ...this.#commandBases]
    const short = /^[a-z][a-z0-9-]*$/.test(name) ? this.#find(BUILTIN + name, bases) : undefined
    return short ?? this.#find(name, bases)
  }

  #find(specifier: string, bases: readonly string[]): string | undefined {
    for (const base of bases) {
      try {
        return resolveFrom(specifier, base)
      } catch (error) {
        if (!isNotFound(error, specifier)) throw error
      }
    }
    return undefined
  }

  #notFound(name: string): LoadedPlugin {
    if (/^\.{0,2}\//.test(name)) {
      const file = resolve(dirname(this.#configFile), name)
      return {
        ok: false,
        message: `there is no file ${file}`,
        advice: 'The path starts from the folder of this configuration.'
      }
    }
    const file = `./${name}`
    if (this.#file(file) !== undefined) {
      return { ok: false, message: `there is no package "${name}"`, advice: `A file is written ${file}.` }
    }
    const advice = `${suggestion(name, this.#builtins)} Another plugin is installed with npm beside this configuration.`
    return { ok: false, message: `there is no filter "${name}"`, advice }
  }
}
