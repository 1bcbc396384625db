import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who has a lock. */
export interface LockHolder {
  readonly pid: number
  /** For people: two containers may have one name. */
  readonly host: string
  /** The boot of the kernel, and the namespace in which it counts processes; null where there is no such thing. */
  readonly boot: string | null
  readonly namespace: string | null
  /** When it was started, as its kernel counts, since process ids come again; null where that cannot be found out. */
  readonly started: string | null
  /** No two locks say the same. */
  readonly nonce: string
}

/** What can be said of a holder: `unknown` of one whose processes are not ours to see, on another host or in another container. */
export type HolderState = 'here' | 'gone' | 'unknown'

/** This process, as the holder of a new lock. */
export const ownHolder = (): LockHolder => ({
  pid: process.pid,
  host: hostname(),
  boot: BOOT,
  namespace: NAMESPACE,
  started: startOf(process.pid),
  nonce: randomUUID()
})

/** Reads what a lock says; `undefined` where that is not yet, or no longer, whole. */
export const parseHolder = (text: string): LockHolder | undefined => {
  try {
    const holder = JSON.parse(text) as LockHolder
    return typeof holder.pid === 'number' && typeof holder.host === 'string' ? holder : undefined
  } catch {
    return undefined
  }
}

export const stateOf = ({ pid, host, boot, namespace, started }: LockHolder): HolderState => {
  const isOurs = boot === BOOT && namespace === NAMESPACE && (BOOT !== null || host === hostname())
  if (!isOurs) return 'unknown'
  if (started !== null) return startOf(pid) === started ? 'here' : 'gone'
  return pid !== process.pid && isRunning(pid) ? 'here' : 'gone'
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

const ifThere = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch {
    return null
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)), behind the command's name, which may hold anything. */
const startOf = (pid: number): string | null =>
  ifThere(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!
  })

const BOOT = ifThere(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())
const NAMESPACE = ifThere(() => readlinkSync('/proc/self/ns/pid'))
