import type { RequestHandler } from './request-handler.ts'
import type { Site } from './site.ts'

/** The site that serves, and those before it that still have exchanges under way. */
export class Sites {
  readonly #handler: RequestHandler
  readonly #retired = new Set<Site>()

  constructor(handler: RequestHandler) {
    this.#handler = handler
  }

  /** Lets the next request find another site. */
  swap(next: Site): void {
    const old = this.#handler.site
    this.#handler.site = next
    this.#retired.add(old)
    void old.retire().then(() => this.#retired.delete(old))
  }

  /** Closes them all; filters have so many milliseconds. */
  async close(withinMs: number): Promise<void> {
    await Promise.all([this.#handler.site, ...this.#retired].map(site => site.close(withinMs)))
  }
}
