import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  unlinkSync,
  write,
  writeSync
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type FileEnd, NOTHING_YET, readFileEnd } from './file-end.ts'
import { lockFile } from './file-lock.ts'
import type { Sink } from './sink.ts'

const writeTo = promisify(write)
const syncOf = promisify(fdatasync)

const { O_APPEND, O_CREAT, O_RDWR } = constants
const DIGITS = 16

/** A file of records, locked for this process, and the files that it was before it was renamed. */
export class FileSink implements Sink {
  readonly #file: string
  readonly #keep: () => number
  readonly #unlock: () => void
  #fd: number
  /** How it ended when it was opened; where it was empty, how the last of the renamed files does. */
  readonly end: FileEnd
  /** Bytes that were in it. */
  readonly size: number

  /** `keep`: how many renamed files stay. @throws Error where it cannot be written, or is none of ours */
  constructor(file: string, keep: () => number) {
    this.#file = file
    this.#keep = keep
    this.#unlock = lockFile(file)
    let fd: number | undefined
    try {
      fd = open(file)
      this.size = fstatSync(fd).size
      this.end = this.size > 0 ? readFileEnd(fd) : endOf(renamedFiles(file).at(-1))
      this.#fd = fd
    } catch (error) {
      if (fd !== undefined) closeSync(fd)
      this.#unlock()
      throw new Error(`${file} cannot be continued: ${(error as Error).message}`, { cause: error })
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#look()
    return (await writeTo(this.#fd, bytes)).bytesWritten
  }

  sync(): Promise<void> {
    return syncOf(this.#fd)
  }

  async rotate(last: number): Promise<void> {
    await this.sync()
    const renamed = renamedFile(this.#file, last)
    // A link fails where a rename would replace what is there. What a try that failed halfway has done is done, and what
    // was moved away needs no other name.
    if (isFile(this.#fd, this.#file)) {
      if (!isFile(this.#fd, renamed)) linkSync(this.#file, renamed)
      unlinkSync(this.#file)
    }
    const before = this.#fd
    this.#fd = open(this.#file)
    closeSync(before)
    for (const old of renamedFiles(this.#file).slice(0, -this.#keep())) removeIfPossible(old)
  }

  close(bytes: Uint8Array): void {
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.#fd, bytes, written)
      fdatasyncSync(this.#fd)
    } finally {
      closeSync(this.#fd)
      this.#unlock()
    }
  }

  /** A file that was removed or moved away would take records that nobody sees. @throws Error once, then writes go into a new one */
  #look(): void {
    if (isFile(this.#fd, this.#file)) return
    const before = this.#fd
    this.#fd = open(this.#file)
    closeSync(before)
    throw new Error(`${this.#file} was removed or moved away; a new one is begun`)
  }
}

const open = (file: string): number => {
  const isNew = !existsSync(file)
  const fd = openSync(file, O_APPEND | O_CREAT | O_RDWR, 0o600)
  if (!fstatSync(fd).isFile()) {
    closeSync(fd)
    throw new Error('it is no regular file')
  }
  if (isNew) syncFolder(dirname(file))
  return fd
}

/** The name of a new file is on the disk when its folder is. */
const syncFolder = (folder: string): void => {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** One that cannot be removed must not keep records from being written; the next rotation tries again. */
const removeIfPossible = (file: string): void => {
  try {
    rmSync(file, { force: true })
  } catch {}
}

/** The name of a file whose last record has this number; names of one file are in the order of its records. */
const renamedFile = (file: string, last: number): string => `${file}.${String(last).padStart(DIGITS, '0')}`

const renamedFiles = (file: string): string[] => {
  const prefix = `${basename(file)}.`
  return readdirSync(dirname(file))
    .filter(name => name.startsWith(prefix) && /^\d{16}$/.test(name.slice(prefix.length)))
    .toSorted()
    .map(name => join(dirname(file), name))
}

const endOf = (file: string | undefined): FileEnd => {
  if (file === undefined) return NOTHING_YET
  const fd = openSync(file, 'r')
  try {
    return readFileEnd(fd)
  } finally {
    closeSync(fd)
  }
}

const isFile = (fd: number, file: string): boolean => {
  const there = statSync(file, { throwIfNoEntry: false })
  const ours = fstatSync(fd)
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev
}
