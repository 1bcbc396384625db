import { readFileSync } from 'node:fs'

export type AuditRecord = Readonly<Record<string, unknown>>

/** What was torn by a kill is none. */
const parsed = (line: string): AuditRecord[] => {
  try {
    return [JSON.parse(line) as AuditRecord]
  } catch {
    return []
  }
}

/** The records of a file, without checkpoints. */
export const recordsOf = (file: string): AuditRecord[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap(parsed)
    .filter(({ type }) => type !== 'checkpoint')
