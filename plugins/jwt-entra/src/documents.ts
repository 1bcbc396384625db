import type { Ask, PluginContext, Singleton } from '@sluice/plugin-api'
import { fetchJson } from './fetch-json.ts'
import type { Runtime, SharedDocument } from './runtime.ts'

/** What was fetched so shortly ago is not fetched again for another worker. */
const freshMs = 30_000
/** Entra asks that unknown keys cause no more fetches than this. */
const unknownKeyEveryMs = 5 * 60_000

/** Which document a worker needs, and whether for a key that it does not know. */
export interface DocumentQuestion {
  readonly url: string
  readonly unknownKey: boolean
}

/**
 * Fetches metadata and key sets for all workers of the process, which ask as a key set that is alone would fetch. What one
 * asks for that is under way is waited for, and unknown keys count for all of them together.
 */
export class Documents implements Singleton<DocumentQuestion, SharedDocument> {
  readonly #runtime: Runtime
  readonly #closed = new AbortController()
  readonly #fetched = new Map<string, SharedDocument>()
  readonly #underWay = new Map<string, Promise<SharedDocument>>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** @throws Error saying what failed */
  answer({ url, unknownKey }: DocumentQuestion): SharedDocument | Promise<SharedDocument> {
    const known = this.#fetched.get(url)
    if (known !== undefined && this.#isEnough(known, unknownKey)) return known
    const underWay = this.#underWay.get(url) ?? this.#fetch(url, unknownKey)
    this.#underWay.set(url, underWay)
    return underWay
  }

  close(): void {
    this.#closed.abort()
  }

  #isEnough({ at, forUnknownAt }: SharedDocument, unknownKey: boolean): boolean {
    const now = this.#runtime.now()
    if (now - at < freshMs) return true
    return unknownKey && forUnknownAt !== undefined && now - forUnknownAt < unknownKeyEveryMs
  }

  async #fetch(url: string, unknownKey: boolean): Promise<SharedDocument> {
    try {
      const document = await fetchJson(url, this.#runtime, this.#closed.signal)
      const at = this.#runtime.now()
      this.#forget(at)
      const fetched: SharedDocument = { at, document, forUnknownAt: unknownKey ? at : undefined }
      this.#fetched.set(url, fetched)
      return fetched
    } finally {
      this.#underWay.delete(url)
    }
  }

  /** What no rule looks at any more. */
  #forget(now: number): void {
    for (const [url, { at }] of this.#fetched) if (now - at >= unknownKeyEveryMs) this.#fetched.delete(url)
  }
}

/** A runtime that leaves fetching documents to the one that does it for all workers. */
export function withDocuments(runtime: Runtime, { singleton }: Pick<PluginContext, 'singleton'>): Runtime {
  const ask: Ask<DocumentQuestion, SharedDocument> = singleton('documents', 'all')
  return { ...runtime, document: (url, unknownKey) => ask({ url, unknownKey }) }
}
