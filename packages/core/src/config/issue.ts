import { basename } from 'node:path'
import { type ConfigPath, formatPath } from './path.ts'

/** Line and column of a file, both counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something wrong with a configuration, or a warning about it. A configuration that is a value has neither file nor line. */
export interface ConfigIssue extends Partial<Position> {
  readonly file?: string
  /** `routes[0].filters[1].jwt-entra.audiences`; empty for the whole file. */
  readonly path: string
  /** What is wrong. */
  readonly message: string
  /** What to write instead. */
  readonly advice: string
}

/** What is wrong at a path, and what to write instead, before its position is looked up. */
export interface Finding {
  readonly path: ConfigPath
  readonly message: string
  readonly advice: string
  /** The position is that of the last key of the path, not of its value. */
  readonly atKey?: boolean
}

/** A configuration that cannot be served, with everything that is wrong with it. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly issues: readonly ConfigIssue[]

  constructor(issues: readonly ConfigIssue[], options?: ErrorOptions) {
    super(issues.map(formatIssue).join('\n'), options)
    this.issues = issues
  }
}

/** `file:line:column path: what is wrong`, and on the next line what to do. */
export const formatIssue = ({ file, line, column, path, message, advice }: ConfigIssue): string => {
  const place = file === undefined ? '' : `${file}:${line}:${column} `
  return `${place}${path === '' ? '' : `${path}: `}${message}${advice === '' ? '' : `\n    ${advice}`}`
}

/** Where paths of a configuration stand in its file, if it is one. */
export interface ConfigSource {
  readonly file: string | undefined
  /** Position of a value, or of its key; of the nearest parent that is there, if it is not. */
  locate(path: ConfigPath, atKey?: boolean): Position | undefined
}

/** Where a value stands, for people: `file:line:column`, or its path if there is no file. */
export const placeOf = (source: ConfigSource, path: ConfigPath): string => {
  const { file, line, column } = issueOf(source, { path, message: '', advice: '' })
  return file === undefined ? formatPath(path) : `${basename(file)}:${line}:${column}`
}

export const issueOf = (source: ConfigSource, { path, message, advice, atKey = false }: Finding): ConfigIssue => ({
  ...(source.file === undefined ? undefined : { file: source.file, ...source.locate(path, atKey) }),
  path: formatPath(path),
  message,
  advice
})

/** The error for findings, in the order of the file. */
export const configError = (
  source: ConfigSource,
  findings: readonly Finding[],
  options?: ErrorOptions
): ConfigError => {
  const issues = findings.map(finding => issueOf(source, finding))
  return new ConfigError(
    issues.toSorted(({ line: a = 0, column: c = 0 }, { line: b = 0, column: d = 0 }) => a - b || c - d),
    options
  )
}
