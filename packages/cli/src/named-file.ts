import { readFileSync } from 'node:fs'
import { UsageError } from './command.ts'

/** Text of a file that the command line names; `-` is standard input. @throws UsageError where it cannot be read */
export const readNamedFile = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** Says of a file that the command line names why it cannot be read. */
export const unreadable = (file: string, error: unknown): UsageError => {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return new UsageError(`${file} ${reasons[code] ?? `cannot be read (${code})`}`, { cause: error })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder: name a file',
  EACCES: 'may not be read by this user'
}
