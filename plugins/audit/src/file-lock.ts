import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownHolder, parseHolder, stateOf } from './lock-holder.ts'
import { moveFile } from './move-file.ts'

/** How a lock shows that it is in use, where nobody can look at the process that has it. */
export interface LockTimes {
  /** Milliseconds from one sign of life to the next. */
  readonly beatMs: number
  /** Milliseconds without one after which its holder is taken for dead. */
  readonly patienceMs: number
}

const TIMES: LockTimes = { beatMs: 1000, patienceMs: 5000 }
/** Tries to take one that is neither had by anybody nor to be made, and milliseconds from one to the next. */
const TRIES = 50
const TRY_MS = 10
/** Looks at a lock while it is waited for. */
const LOOKS = 25

/** A lock as it is found. */
interface Found {
  readonly text: string
  readonly touched: number
}

/** The locks that this process has. */
const held = new Set<string>()

/**
 * The lock of a file, `.FILE.lock` beside it, which this process has until it lets go. It touches it again and again, so that
 * those who cannot see this process, in another container or on another host, can tell that it lives.
 */
export class FileLock {
  readonly #file: string
  readonly #lock: string
  readonly #text: string
  readonly #beatMs: number
  readonly #timer: NodeJS.Timeout
  /** Never, at first: another process that took the lock for stale, too, may have it by the first record. */
  #checked = 0
  #lost = false

  private constructor(file: string, lock: string, text: string, { beatMs }: LockTimes) {
    this.#file = file
    this.#lock = lock
    this.#text = text
    this.#beatMs = beatMs
    this.#timer = setInterval(() => this.#beat(), beatMs).unref()
  }

  /**
   * Takes a lock. One whose process is gone is taken over at once, and one whose process cannot be seen when it has shown no
   * sign of life for a while.
   *
   * @throws Error where another process has it, or another gateway of this one
   */
  static async take(file: string, times: LockTimes = TIMES): Promise<FileLock> {
    // Hidden, so that FILE* names records alone.
    const lock = join(dirname(file), `.${basename(file)}.lock`)
    if (held.has(lock)) throw new Error(`${file} is written by another gateway of this process`)
    held.add(lock)
    try {
      const text = JSON.stringify(ownHolder())
      for (let tries = 0; !create(lock, text); tries++) {
        if (tries === TRIES)
          throw new Error(`${lock} says of no process that it writes ${file}: remove it if no gateway is running`)
        await removeStale(file, lock, times)
        await sleep(TRY_MS)
      }
      return new FileLock(file, lock, text, times)
    } catch (error) {
      held.delete(lock)
      throw error
    }
  }

  /** Makes sure that nobody has taken it over while this process stood still. @throws Error from then on where somebody has */
  check(): void {
    if (!this.#lost && Math.abs(Date.now() - this.#checked) > 2 * this.#beatMs) this.#beat()
    if (this.#lost)
      throw new Error(
        `${this.#file} is written by another process, which took this one for dead when it stood still: restart to go on`
      )
  }

  /** Lets go. */
  release(): void {
    clearInterval(this.#timer)
    held.delete(this.#lock)
    try {
      if (read(this.#lock)?.text === this.#text) rmSync(this.#lock, { force: true })
    } catch {
      // One that stays is taken over when this process is gone.
    }
  }

  #beat(): void {
    if (this.#lost) return
    try {
      // Before it is read, which a process without a free descriptor cannot.
      touch(this.#lock)
      const found = read(this.#lock)
      // One that was removed by hand is put back.
      if (found === undefined) create(this.#lock, this.#text)
      else this.#lost = found.text !== this.#text
      this.#checked = Date.now()
    } catch {
      // What is wrong with the folder shows where records are written.
    }
  }
}

const create = (lock: string, text: string): boolean => {
  try {
    const fd = openSync(lock, 'wx', 0o600)
    writeSync(fd, text)
    closeSync(fd)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const touch = (lock: string): void => {
  try {
    utimesSync(lock, new Date(), new Date())
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

const removeStale = async (file: string, lock: string, times: LockTimes): Promise<void> => {
  const found = read(lock)
  if (found === undefined) return
  const holder = parseHolder(found.text)
  const state = holder === undefined ? 'unknown' : stateOf(holder)
  if (state === 'here' || (state === 'unknown' && (await isInUse(lock, found, times)))) {
    const whose = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
    throw new Error(`${file} is written by ${whose}; give each process a file of its own`)
  }
  // Renamed first: another process that found it stale, too, may have put its own in this place.
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
  } catch (error) {
    if (isMissing(error)) return
    throw new Error(
      `${lock} is of no process that runs and cannot be removed (${(error as Error).message}): remove it, and let this user write in its folder`,
      { cause: error }
    )
  }
  if (read(aside)?.text === found.text) return rmSync(aside, { force: true })
  putBack(aside, lock)
  throw new Error(`${file} is taken by another process that starts just now`)
}

/** Who has it, or has put it there again meanwhile, goes on. */
const putBack = (aside: string, lock: string): void => {
  try {
    moveFile(aside, lock)
  } catch {
    rmSync(aside, { force: true })
  }
}

/** Whether somebody touches it, replaces it or lets go. */
const isInUse = async (lock: string, found: Found, { patienceMs }: LockTimes): Promise<boolean> => {
  for (let look = 0; look < LOOKS; look++) {
    await sleep(patienceMs / LOOKS)
    const now = read(lock)
    if (now === undefined) return false
    if (now.text !== found.text || now.touched !== found.touched) return true
  }
  return false
}

/** Opened anew each time: a network file system looks at its server then. */
const read = (lock: string): Found | undefined => {
  try {
    const fd = openSync(lock, 'r')
    try {
      return { text: readFileSync(fd, 'utf8'), touched: fstatSync(fd).mtimeMs }
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw new Error(
      `${lock}, which says who writes the file, cannot be read (${(error as Error).message}): remove it if no gateway is running`,
      { cause: error }
    )
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'
