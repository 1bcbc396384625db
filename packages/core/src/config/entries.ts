import type { LoadedPlugin } from '../plugins/loaded-plugin.ts'
import type { ConfigDocument } from './document.ts'
import type { Finding } from './issue.ts'
import type { ConfigPath } from './path.ts'
import type { EntrySettings } from './settings.ts'
import { validate } from './validate.ts'

const UNWRITTEN = 'Install it, or hand it over among the plugins; inEveryChain says which filters these are.'

/** Turns lists of filters into entries: loads each plugin, takes `id` out, validates the rest by the plugin's schema. */
export class EntryReader {
  readonly findings: Finding[] = []
  readonly #document: ConfigDocument
  readonly #load: (name: string) => Promise<LoadedPlugin>

  constructor(document: ConfigDocument, load: (name: string) => Promise<LoadedPlugin>) {
    this.#document = document
    this.#load = load
  }

  /** The entries of one list; `owner` is `global` or the name of a route. What is wrong is added to the findings. */
  async list(items: readonly Record<string, unknown>[], owner: string, at: ConfigPath): Promise<EntrySettings[]> {
    const entries: EntrySettings[] = []
    for (const [i, item] of items.entries()) {
      const entry = await this.#entry(item, owner, [...at, i])
      if (entry !== undefined) entries.push(entry)
    }
    this.#checkIdentities(entries)
    return entries
  }

  /** The entries of filters that nobody wrote down; the configuration as a whole is their place. */
  async unwritten(names: readonly string[]): Promise<EntrySettings[]> {
    const entries: EntrySettings[] = []
    for (const name of names) {
      const loaded = await this.#load(name)
      if (!loaded.ok) this.#refuse([], `every chain has ${name}, but ${loaded.message}`, UNWRITTEN)
      else entries.push(...(await this.list([{ [name]: {} }], 'global', [])))
    }
    return entries.map(entry => ({ ...entry, path: [] }))
  }

  async #entry(item: Record<string, unknown>, owner: string, at: ConfigPath): Promise<EntrySettings | undefined> {
    const [name, ...others] = Object.keys(item)
    if (name === undefined || others.length > 0) {
      const advice = 'Write one item for each filter: "- scope: { required: [mcp_access] }".'
      return this.#refuse(
        at,
        name === undefined ? 'this names no filter' : `this names ${others.length + 1} filters`,
        advice
      )
    }
    const path = [...at, name]
    const config: unknown = item[name] ?? {}
    if (typeof config !== 'object' || Array.isArray(config)) {
      return this.#refuse(path, 'the configuration of a filter is a map', 'Write {} if it needs none.')
    }
    const loaded = await this.#load(name)
    if (!loaded.ok) return this.#refuse(path, loaded.message, loaded.advice, true)
    const { id, ...rest } = config as Record<string, unknown>
    if (id !== undefined && (typeof id !== 'string' || !/^[a-zA-Z0-9-_.]+$/.test(id))) {
      return this.#refuse([...path, 'id'], 'an id is made of letters, digits and - _ .', 'For example: per-person.')
    }
    const findings = validate(loaded.validator, rest, path, this.#document)
    this.findings.push(...findings)
    if (findings.length > 0) return undefined
    return { plugin: loaded.plugin, name, identity: `${owner}/${id ?? loaded.plugin.name}`, config: rest, path }
  }

  #checkIdentities(entries: readonly EntrySettings[]): void {
    const known = new Set<string>()
    for (const { identity, path } of entries) {
      if (known.has(identity)) {
        this.#refuse(path, `there is an entry ${identity} already`, 'Give one of the two an id: of its own.', true)
      }
      known.add(identity)
    }
  }

  #refuse(path: ConfigPath, message: string, advice: string, atKey = false): undefined {
    this.findings.push({ path, message, advice, atKey })
  }
}
