import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  rmSync,
  statSync,
  unlinkSync,
  write,
  writeSync
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { type FileEnd, readFileEnd } from './file-end.ts'
import { FileLock } from './file-lock.ts'
import { BEGINNING } from './hash-chain.ts'
import { moveFile } from './move-file.ts'
import { renamedFile, renamedFiles } from './renamed-files.ts'
import type { Sink } from './sink.ts'

const writeTo = promisify(write)
const syncOf = promisify(fdatasync)

const { O_APPEND, O_CREAT, O_RDWR } = constants

/** How the files of a trail are kept, as it is wanted now. */
export interface FileKeeping {
  /** How many renamed files stay. */
  readonly keep: () => number
  /** The file was removed or moved away: what comes now is written into a new one. */
  readonly begunAnew: () => void
  /** One that is to be removed could not be. */
  readonly unremoved: (error: unknown) => void
}

/** A file of records, locked for this process, and the files that it was before it was renamed. */
export class FileSink implements Sink {
  readonly #file: string
  readonly #keeping: FileKeeping
  readonly #lock: FileLock
  #fd: number
  /** How the chain ended when it was opened: in this file, or where it has no whole record in the last of the renamed ones. */
  readonly end: FileEnd
  /** Bytes that were in it. */
  readonly size: number

  private constructor(file: string, keeping: FileKeeping, lock: FileLock) {
    this.#file = file
    this.#keeping = keeping
    this.#lock = lock
    let fd: number | undefined
    try {
      finishRotation(file)
      fd = open(file)
      this.size = fstatSync(fd).size
      this.end = endOfChain(file, fd)
      this.#fd = fd
    } catch (error) {
      if (fd !== undefined) closeSync(fd)
      throw new Error(`${file} cannot be continued: ${(error as Error).message}`, { cause: error })
    }
  }

  /** @throws Error where it cannot be written, is none of ours, or another process writes it */
  static async open(file: string, keeping: FileKeeping): Promise<FileSink> {
    const lock = await FileLock.take(file)
    try {
      return new FileSink(file, keeping, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#isBegunAnew()) return 0
    return (await writeTo(this.#fd, bytes)).bytesWritten
  }

  writeNow(bytes: Uint8Array): number {
    this.#lock.check()
    return writeSync(this.#fd, bytes)
  }

  sync(): Promise<void> {
    return syncOf(this.#fd)
  }

  async rotate(last: number): Promise<void> {
    await this.sync()
    this.#lock.check()
    const renamed = renamedFile(this.#file, last)
    // What a try that failed halfway has done is done, and what was moved away needs no other name.
    if (isFile(this.#fd, this.#file)) {
      if (isFile(this.#fd, renamed)) unlinkSync(this.#file)
      else moveFile(this.#file, renamed)
    }
    this.#begin()
    for (const old of renamedFiles(this.#file).slice(0, -this.#keeping.keep())) this.#remove(old)
  }

  close(): void {
    try {
      fdatasyncSync(this.#fd)
    } finally {
      closeSync(this.#fd)
      this.#lock.release()
    }
  }

  /** A file that was removed or moved away would take records that nobody sees. */
  #isBegunAnew(): boolean {
    this.#lock.check()
    if (isFile(this.#fd, this.#file)) return false
    this.#begin()
    this.#keeping.begunAnew()
    return true
  }

  #begin(): void {
    const before = this.#fd
    this.#fd = open(this.#file)
    closeSync(before)
  }

  /** One that cannot be removed must not keep records from being written; the next rotation tries again. */
  #remove(file: string): void {
    try {
      rmSync(file, { force: true })
    } catch (error) {
      this.#keeping.unremoved(error)
    }
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

/** A process that was killed between the two steps of a rotation has left one file under both names. */
const finishRotation = (file: string): void => {
  const last = renamedFiles(file).at(-1)
  if (last === undefined || !existsSync(file)) return
  const [one, other] = [statSync(file), statSync(last)]
  if (one.ino === other.ino && one.dev === other.dev) unlinkSync(file)
}

const endOfChain = (file: string, fd: number): FileEnd => {
  const { last, torn, unended } = readFileEnd(fd)
  if (last !== BEGINNING) return { last, torn, unended }
  const renamed = renamedFiles(file).at(-1)
  return { last: renamed === undefined ? last : endOf(renamed), torn, unended }
}

const endOf = (renamed: string): FileEnd['last'] => {
  const fd = openSync(renamed, 'r')
  try {
    return readFileEnd(fd).last
  } finally {
    closeSync(fd)
  }
}

const isFile = (fd: number, file: string): boolean => {
  const there = statSync(file, { throwIfNoEntry: false })
  const ours = fstatSync(fd)
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev
}
