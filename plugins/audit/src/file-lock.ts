import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'

/** Who has a lock. */
interface Holder {
  readonly pid: number
  readonly host: string
  /** When it was started, as its kernel counts, since process ids come again; null where that cannot be found out. */
  readonly started: string | null
}

/** What this process has locked: another lock of its own process id is what an earlier process left behind. */
const held = new Set<string>()

/**
 * Takes the lock of a file, `.FILE.lock` beside it, for this process, and gives how to let go. A lock whose process is gone is taken
 * over; one from another host never is, since nobody here can tell.
 *
 * @throws Error where another process has it, or another gateway of this one
 */
export const lockFile = (file: string): (() => void) => {
  // Hidden, so that FILE* names records alone.
  const lock = join(dirname(file), `.${basename(file)}.lock`)
  if (held.has(lock)) throw new Error(`${file} is written by another gateway of this process`)
  while (!create(lock)) removeStale(file, lock)
  held.add(lock)
  return () => {
    held.delete(lock)
    rmSync(lock, { force: true })
  }
}

const create = (lock: string): boolean => {
  try {
    const fd = openSync(lock, 'wx', 0o600)
    const own: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
    writeSync(fd, JSON.stringify(own))
    closeSync(fd)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const removeStale = (file: string, lock: string): void => {
  const found = read(lock)
  if (found === undefined) return
  const holder = parse(found)
  if (holder === undefined || isThere(holder)) {
    const whose = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
    throw new Error(
      `${file} is written by ${whose}; give each process a file of its own, or remove ${lock} if it is gone`
    )
  }
  // Renamed first: another process that found it stale, too, may have put its own in this place.
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  const moved = read(aside)
  rmSync(aside, { force: true })
  if (moved !== found) throw new Error(`${file} is taken by another process that starts just now`)
}

const read = (lock: string): string | undefined => {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return undefined
  }
}

const parse = (text: string): Holder | undefined => {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, started: started ?? null } : undefined
  } catch {
    return undefined
  }
}

const isThere = ({ pid, host, started }: Holder): boolean => {
  if (host !== hostname()) return true
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === null || startOf(pid) === started
}

/** Field 22 of /proc/<pid>/stat (proc(5)), behind the command's name, which may hold anything. */
const startOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
