import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Document,
  type YAMLMap
} from 'yaml'
import { configError, ConfigError, type ConfigSource, type Finding, type Position } from './issue.ts'
import { type ConfigPath, formatPath } from './path.ts'
import { substitute, type SubstitutionScope } from './substitute.ts'

/** A configuration file as plain values, substitutions made, that still knows where everything stands. */
export interface ConfigDocument extends ConfigSource {
  readonly value: unknown
  /** Whether the value at the path came from a substitution: it is never shown, and takes the type that the schema wants. */
  isSubstituted(path: ConfigPath): boolean
}

/** Aliases followed at the most, so that a small file cannot become a large one. */
const MAX_ALIASES = 100

/** What a file is read as. */
export interface DocumentForm {
  readonly file: string
  /** What is said of a file that is no map, and what to write instead. */
  readonly expected: string
  readonly advice: string
  /** What `${…}` refers to; without it nothing is replaced. */
  readonly scope?: SubstitutionScope
}

/**
 * Reads a configuration.
 *
 * @throws ConfigError as {@link parseDocument}
 */
export const parseConfig = (text: string, scope: SubstitutionScope): ConfigDocument =>
  parseDocument(text, {
    file: scope.file,
    expected: 'the file must be one map with the keys publicUrl and routes',
    advice: 'See config/sluice.yaml.',
    scope
  })

/**
 * Reads YAML 1.2, and so JSON, of one map.
 *
 * @throws ConfigError for syntax, duplicate keys, keys that are no strings, and substitutions that fail
 */
export const parseDocument = (text: string, { file, expected, advice, scope }: DocumentForm): ConfigDocument => {
  const lines = new LineCounter()
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false })
  const document = 'empty' in documents ? undefined : documents[0]
  const errors = document?.errors ?? []
  if (errors.length > 0) {
    // What follows the first one is, as a rule, only its echo.
    throw new ConfigError(
      errors.slice(0, 1).map(({ message, pos }) => ({
        file,
        ...position(pos[0]),
        path: '',
        message: `not YAML: ${message}`,
        advice:
          scope !== undefined && lineAt(text, pos[0]).includes('${')
            ? 'Inside { } and [ ] put quotes around "${…}".'
            : ''
      }))
    )
  }
  if (!Array.isArray(documents) || documents.length !== 1 || !isMap(document?.contents)) {
    throw new ConfigError([{ file, line: 1, column: 1, path: '', message: expected, advice }])
  }
  const root = document.contents
  const source: ConfigSource = {
    file,
    locate: (path, atKey = false) => position(offsetOf(root, document, path, atKey))
  }
  const reader = new ValueReader(document, scope)
  const value = reader.read(root, [])
  if (reader.findings.length > 0) throw configError(source, reader.findings)
  return {
    ...source,
    value,
    isSubstituted: path => path.some((_, i) => reader.substituted.has(formatPath(path.slice(0, i + 1))))
  }
}

const lineAt = (text: string, offset: number): string =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0]!

class ValueReader {
  readonly findings: Finding[] = []
  readonly substituted = new Set<string>()
  readonly #document: Document
  readonly #scope: SubstitutionScope | undefined
  #aliases = 0

  constructor(document: Document, scope: SubstitutionScope | undefined) {
    this.#document = document
    this.#scope = scope
  }

  read(node: unknown, path: ConfigPath): unknown {
    if (isMap(node)) return this.#map(node, path)
    if (isSeq(node)) return node.items.map((item, i) => this.read(item, [...path, i]))
    if (isAlias(node)) return this.#alias(node.resolve(this.#document), path)
    return isScalar(node) ? this.#scalar(node.value, path) : undefined
  }

  #map(node: YAMLMap, path: ConfigPath): Record<string, unknown> {
    const value: Record<string, unknown> = {}
    for (const { key, value: child } of node.items) {
      const name = isScalar(key) ? key.value : undefined
      if (typeof name !== 'string' || name === '__proto__') {
        this.findings.push({
          path,
          message: `${String(key)} cannot be a key`,
          advice: 'Put quotes around it if it is a name.'
        })
      } else value[name] = this.read(child, [...path, name])
    }
    return value
  }

  #alias(node: Node | undefined, path: ConfigPath): unknown {
    if (++this.#aliases <= MAX_ALIASES) return this.read(node, path)
    if (this.#aliases === MAX_ALIASES + 1) {
      this.findings.push({ path, message: `more than ${MAX_ALIASES} aliases`, advice: 'Write the values out.' })
    }
    return undefined
  }

  #scalar(value: unknown, path: ConfigPath): unknown {
    if (typeof value !== 'string' || this.#scope === undefined) return value
    const result = substitute(value, this.#scope)
    if (!result.ok) {
      this.findings.push({ path, message: result.message, advice: result.advice })
      return value
    }
    if (result.changed) this.substituted.add(formatPath(path))
    return result.value
  }
}

/** Follows the path as far as it goes. */
const offsetOf = (root: YAMLMap, document: Document, path: ConfigPath, atKey: boolean): number => {
  let node: unknown = root
  let offset = root.range?.[0] ?? 0
  for (const [i, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined
    const next: unknown = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value
    const at = pair !== undefined && (next === null || (atKey && i === path.length - 1)) ? pair.key : next
    if (at === undefined || at === null) return offset
    offset = (at as Node).range?.[0] ?? offset
    node = next
  }
  return offset
}
