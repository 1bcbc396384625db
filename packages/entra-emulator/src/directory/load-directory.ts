import { readFileSync } from 'node:fs'
import { LineCounter, parseDocument } from 'yaml'
import type { Directory } from './directory.ts'
import type { DirectoryConfig } from './directory-config.ts'
import { DirectoryError, type DirectoryProblem } from './directory-error.ts'
import { findPosition, type SourcePosition } from './source-position.ts'
import { type Finding, validateDirectory } from './validate-directory.ts'

const nowhere = { line: 0, column: 0 }

const place = (finding: Finding, position: SourcePosition): DirectoryProblem => ({ ...finding, ...position })

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new DirectoryError(file, [{ path: [], message, advice: 'Name a file that can be read', ...nowhere }])
  }
}

const parseFile = (file: string): Directory => {
  const lines = new LineCounter()
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false })
  const [syntax] = document.errors
  if (syntax) {
    const { line, col } = lines.linePos(syntax.pos[0])
    const problem = { path: [], message: syntax.message, advice: 'Correct the YAML', line, column: col }
    throw new DirectoryError(file, [problem])
  }
  const { directory, findings } = validateDirectory(document.toJS())
  if (directory) return directory
  throw new DirectoryError(
    file,
    findings.map(finding => place(finding, findPosition(document, lines, finding.path)))
  )
}

/**
 * Loads a directory from a YAML file, or from an object (which is copied, never changed).
 *
 * @throws DirectoryError naming each problem, its place and what to write instead.
 */
export const loadDirectory = (source: string | DirectoryConfig): Directory => {
  if (typeof source === 'string') return parseFile(source)
  const { directory, findings } = validateDirectory(structuredClone(source))
  if (directory) return directory
  throw new DirectoryError(
    'directory',
    findings.map(finding => place(finding, nowhere))
  )
}
