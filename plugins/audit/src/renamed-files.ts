import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const DIGITS = 16

/** The name of a file whose last record has this number; names of one file are in the order of its records. */
export const renamedFile = (file: string, last: number): string => `${file}.${String(last).padStart(DIGITS, '0')}`

/** The files that a file was before, in the order of their records. */
export const renamedFiles = (file: string): string[] => {
  const prefix = `${basename(file)}.`
  return readdirSync(dirname(file))
    .filter(name => name.startsWith(prefix) && /^\d{16}$/.test(name.slice(prefix.length)))
    .toSorted()
    .map(name => join(dirname(file), name))
}
