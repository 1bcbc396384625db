/** A map of a YAML file of which nothing is known yet. */
export type YamlMap = Readonly<Record<string, unknown>>

/** The value as a map; empty if it is none. */
export const mapOf = (value: unknown): YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YamlMap) : {}

/** The value as a list; empty if it is none. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** The texts of a list. */
export const textsOf = (value: unknown): readonly string[] => listOf(value).filter(entry => typeof entry === 'string')

/** The value as text, if it is one and not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
