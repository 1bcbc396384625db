import { createHash } from 'node:crypto'
import { type BigIntStats, readFileSync, statSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { isPromise } from '../chain/run.ts'

/** How old, in milliseconds, what was written last must be for its time to tell it from what is written next. */
const SETTLED_MS = 2000n

/** A file as it was seen. */
interface Sight {
  /** Which file it is, and when it was written; empty where there is none. */
  readonly identity: string
  /** Whether it was written so recently that more may be, at the same time as far as the clock of the file system tells. */
  readonly young: boolean
  /** Digest of its bytes. */
  readonly digest: string
}

interface Followed {
  readonly file: string
  readonly changed: () => void
  readonly failed: (error: unknown) => void
  seen: Sight
  looking: boolean
}

/**
 * Tells when files change, by looking at them. Not by notices of the kernel: none come from network file systems or from
 * the far end of a chain of links, and a machine has only so many to give.
 */
export class FileWatch {
  readonly #everyMs: number
  readonly #followed = new Set<Followed>()
  #timer: NodeJS.Timeout | undefined

  /** Looks at them as often as this. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /**
   * Calls `changed` whenever the file has other bytes than before, appears or is gone, and `failed` if that throws or its
   * promise rejects. @returns what ends it
   */
  follow(file: string, changed: () => void, failed: (error: unknown) => void): () => void {
    const followed: Followed = { file, changed, failed, seen: sightNow(file), looking: false }
    this.#followed.add(followed)
    this.#timer ??= setInterval(() => this.#lookAtAll(), this.#everyMs).unref()
    return () => {
      this.#followed.delete(followed)
      if (this.#followed.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #lookAtAll(): void {
    // One that a file server does not answer for keeps no other from being looked at.
    for (const followed of this.#followed) if (!followed.looking) void this.#look(followed)
  }

  async #look(followed: Followed): Promise<void> {
    followed.looking = true
    const { seen } = followed
    followed.seen = await sight(followed.file, seen)
    followed.looking = false
    if (followed.seen.digest !== seen.digest && this.#followed.has(followed)) tell(followed)
  }
}

/** Nobody waits for who is told: Node would end the process for what they throw. */
const tell = ({ changed, failed }: Followed): void => {
  try {
    const waiting: unknown = changed()
    if (isPromise(waiting)) waiting.catch(failed)
  } catch (error) {
    failed(error)
  }
}

const NONE: Sight = { identity: '', young: false, digest: '' }

const sightNow = (file: string): Sight => {
  try {
    const stats = statSync(file, { bigint: true })
    return stats.isFile() ? sightOf(stats, readFileSync(file)) : NONE
  } catch {
    return NONE
  }
}

const sight = async (file: string, before: Sight): Promise<Sight> => {
  try {
    const stats = await stat(file, { bigint: true })
    if (!stats.isFile()) return NONE
    return identityOf(stats) === before.identity && !before.young ? before : sightOf(stats, await readFile(file))
  } catch {
    return NONE
  }
}

/** The stats are older than the bytes: what came in between is seen once more. */
const sightOf = (stats: BigIntStats, bytes: Buffer): Sight => ({
  identity: identityOf(stats),
  young: BigInt(Date.now()) - stats.mtimeMs < SETTLED_MS,
  digest: createHash('sha256').update(bytes).digest('base64')
})

const identityOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ')
