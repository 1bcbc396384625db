import { readFileSync, statSync } from 'node:fs'
import { parseDocument } from './document.ts'
import { blamedPath } from './blamed-path.ts'
import { configError, ConfigError } from './issue.ts'
import { compileSchema, validate } from './validate.ts'

/** Some 8000 entries of a list, which take half a second to read; meanwhile nothing is served. */
const MAX_BYTES = 1024 * 1024

/**
 * Reads a file of one map that a filter works from, by its schema. What `make` blames of the value is told at its place.
 *
 * @throws ConfigError with everything that is wrong with it, and what to write instead
 */
export const readOwnFile = <R>(file: string, schema: object, make: (value: unknown) => R): R => {
  const document = parseDocument(readText(file), { file, expected: 'the file must be one map', advice: '' })
  const findings = validate(compileSchema(schema), document.value, [], document)
  if (findings.length > 0) throw configError(document, findings)
  try {
    return make(document.value)
  } catch (error) {
    const path = blamedPath(error)
    if (path === undefined) throw error
    throw configError(document, [{ path, message: (error as Error).message, advice: '' }], { cause: error })
  }
}

const readText = (file: string): string => {
  try {
    const stats = statSync(file)
    // A pipe would be waited for.
    if (!stats.isFile()) throw new Error('this is no file')
    if (stats.size > MAX_BYTES) throw new Error(`the file is longer than 1 MiB`)
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'the file may not be read'
    }
    const issue = { file, line: 1, column: 1, path: '', message: reasons[code ?? ''] ?? message, advice: '' }
    throw new ConfigError([issue], { cause: error })
  }
}
