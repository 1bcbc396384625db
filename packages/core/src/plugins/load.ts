import type { Plugin } from '@sluice/plugin-api'
import { adoptPlugin } from './adopt.ts'
import { codeFingerprint } from './code-fingerprint.ts'
import { PluginFinder } from './finder.ts'
import { loadFault } from './load-fault.ts'
import type { LoadedPlugin } from './loaded-plugin.ts'
import { provideOwnApi } from './own-api.ts'
import { displayPath } from './resolve.ts'

/** Where plugins come from. */
export interface PluginSources {
  /** Plugins as objects; each is used by its own name, before any package of that name. Default: none. */
  readonly plugins?: readonly Plugin[]
  /** File URLs from which plugin packages are looked up, in order, after the configuration's folder. Default: none. */
  readonly pluginBases?: readonly string[]
  /** Package names of built-in plugins: looked up from the bases alone, so that no other package takes their place. Default: none. */
  readonly builtins?: readonly string[]
}

/**
 * Loads plugins by the names that stand in a configuration. Code is loaded once: Node keeps a module for the life of the
 * process, and so does this, whatever happens to the file.
 */
export class PluginLoader {
  readonly #finder: PluginFinder
  readonly #handed = new Map<string, LoadedPlugin>()
  readonly #loaded = new Map<string, LoadedPlugin>()
  /** What the code was when it was first loaded, also of a plugin that could not be. */
  readonly #fingerprints = new Map<string, string>()

  /** @throws TypeError for an object that is no plugin, and for two plugins of one name */
  constructor({ plugins = [], pluginBases = [], builtins = [] }: PluginSources) {
    this.#finder = new PluginFinder(pluginBases, builtins)
    for (const [i, plugin] of plugins.entries()) this.#takeOver(plugin, `plugins[${i}]`)
  }

  /** `directory` is the configuration's, where relative names start. */
  async load(name: string, directory: string): Promise<LoadedPlugin> {
    const known = this.#handed.get(name) ?? this.#loaded.get(keyOf(name, directory))
    if (known !== undefined) return known
    const loaded = await this.#load(name, directory)
    if (loaded.ok) this.#loaded.set(keyOf(name, directory), loaded)
    return loaded
  }

  /** Whether the code that the name stands for is no longer what was loaded. */
  async hasChanged(name: string, directory: string): Promise<boolean> {
    const before = this.#fingerprints.get(keyOf(name, directory))
    if (before === undefined) return false
    try {
      const url = this.#finder.find(name, directory)
      return url === undefined || (await codeFingerprint(url)) !== before
    } catch {
      return true
    }
  }

  #takeOver(plugin: Plugin, where: string): void {
    const adopted = adoptPlugin(where, plugin)
    if (!adopted.ok) throw new TypeError(`${adopted.message}. ${adopted.advice}`)
    const { name } = plugin
    if (this.#handed.has(name)) throw new TypeError(`${where}: there is a plugin "${name}" in front of it already`)
    if (this.#finder.builtins.includes(name))
      throw new TypeError(`${where}: "${name}" is the name of a built-in plugin`)
    this.#handed.set(name, adopted)
  }

  async #load(name: string, directory: string): Promise<LoadedPlugin> {
    try {
      const url = this.#finder.find(name, directory)
      if (url === undefined) return { ok: false, ...this.#finder.explain(name, directory, [...this.#handed.keys()]) }
      const staleness = await this.#staleness(name, directory, url)
      const loaded = await importPlugin(name, url, this.#finder.builtins.includes(name))
      return loaded.ok || staleness === undefined ? loaded : { ...loaded, advice: staleness }
    } catch (error) {
      return loadFault(name, error)
    }
  }

  /** Node remembers also a module that it could not load: then mending it is not enough. */
  async #staleness(name: string, directory: string, url: string): Promise<string | undefined> {
    if (await this.hasChanged(name, directory)) return 'It has changed since it was first loaded: restart.'
    this.#fingerprints.set(keyOf(name, directory), await codeFingerprint(url))
    return undefined
  }
}

const keyOf = (name: string, directory: string): string => `${directory}\0${name}`

const importPlugin = async (name: string, url: string, builtin: boolean): Promise<LoadedPlugin> => {
  provideOwnApi()
  try {
    const module = (await import(url)) as { default?: unknown }
    return adoptPlugin(name, module.default, { module: displayPath(url), builtin })
  } catch (error) {
    return loadFault(name, error)
  }
}
