import type { ConfigDocument } from './document.ts'
import { configError, type ConfigSource, type Finding } from './issue.ts'
import type { ConfigPath } from './path.ts'

/** Nothing to point at: a path is all that a value has. */
const SOURCE: ConfigSource = { file: undefined, locate: () => undefined }

/**
 * Takes a configuration that a program hands over as a value. It is copied, since validating fills in defaults, and taken
 * as it is: `${…}` is replaced in files only.
 *
 * @throws ConfigError for what YAML could not say either: functions, dates, instances of classes, cycles
 */
export const valueDocument = (value: unknown): ConfigDocument => {
  const copier = new Copier()
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const copy = isMap ? copier.copy(value, []) : copier.refuse([], 'this is no map with the keys publicUrl and routes')
  if (copier.findings.length > 0) throw configError(SOURCE, copier.findings)
  return { ...SOURCE, value: copy, isSubstituted: () => false }
}

class Copier {
  readonly findings: Finding[] = []
  readonly #above = new Set<unknown>()

  refuse(path: ConfigPath, message: string): undefined {
    this.findings.push({
      path,
      message,
      advice: 'A configuration is made of maps, lists, strings, finite numbers and booleans.'
    })
  }

  copy(value: unknown, path: ConfigPath): unknown {
    if (typeof value !== 'object' || value === null) return this.#scalar(value, path)
    if (this.#above.has(value)) return this.refuse(path, 'the value contains itself')
    this.#above.add(value)
    const copy = Array.isArray(value)
      ? value.map((item: unknown, i) => this.copy(item, [...path, i]))
      : this.#map(value, path)
    this.#above.delete(value)
    return copy
  }

  #map(value: object, path: ConfigPath): unknown {
    const prototype: unknown = Object.getPrototypeOf(value)
    // A class's own fields may be anything; a map of another realm has another Object.prototype, which has none above it.
    const plain = prototype === null || Object.getPrototypeOf(prototype) === null
    if (!plain) return this.refuse(path, 'an instance of a class is no configuration')
    const given = Object.entries(value).filter(([, member]) => member !== undefined)
    return Object.fromEntries(given.map(([key, member]) => [key, this.copy(member, [...path, key])]))
  }

  #scalar(value: unknown, path: ConfigPath): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value))
      return value
    return this.refuse(
      path,
      `${typeof value === 'number' ? String(value) : `a value of type ${typeof value}`} is no configuration`
    )
  }
}
