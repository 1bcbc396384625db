import type { Ask, PluginContext, Singleton } from '@sluice/plugin-api'
import { fetchJson } from './fetch-json.ts'
import type { Runtime } from './runtime.ts'

/** What was fetched so shortly ago is not fetched again for another worker. */
const freshMs = 30_000
/** Entra asks that unknown keys cause no more fetches than this. */
const unknownKeyEveryMs = 5 * 60_000

/** Which document a worker needs, and whether for a key that it does not know. */
export interface DocumentQuestion {
  readonly url: string
  readonly unknownKey: boolean
}

interface Fetched {
  readonly at: number
  readonly document: unknown
  /** When it was fetched last for a key that a worker did not know. */
  readonly forUnknownAt: number | undefined
}

/**
 * Fetches metadata and key sets for all workers of the process, which ask as a key set that is alone would fetch: to all of
 * them together no more is fetched than to one. What one asks for that is under way is waited for.
 */
export class Documents implements Singleton<DocumentQuestion> {
  readonly #runtime: Runtime
  readonly #closed = new AbortController()
  readonly #fetched = new Map<string, Fetched>()
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** @throws Error saying what failed */
  answer({ url, unknownKey }: DocumentQuestion): unknown {
    const known = this.#fetched.get(url)
    if (known !== undefined && this.#isEnough(known, unknownKey)) return known.document
    const underWay = this.#underWay.get(url) ?? this.#fetch(url, unknownKey)
    this.#underWay.set(url, underWay)
    return underWay
  }

  close(): void {
    this.#closed.abort()
  }

  #isEnough({ at, forUnknownAt }: Fetched, unknownKey: boolean): boolean {
    const now = this.#runtime.now()
    if (now - at < freshMs) return true
    return unknownKey && forUnknownAt !== undefined && now - forUnknownAt < unknownKeyEveryMs
  }

  async #fetch(url: string, unknownKey: boolean): Promise<unknown> {
    try {
      const document = await fetchJson(url, this.#runtime, this.#closed.signal)
      const at = this.#runtime.now()
      this.#forget(at)
      this.#fetched.set(url, { at, document, forUnknownAt: unknownKey ? at : undefined })
      return document
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
  const ask: Ask<DocumentQuestion> = singleton('documents', 'all')
  return { ...runtime, document: (url, unknownKey) => ask({ url, unknownKey }) }
}
