import type { HeaderEdit, HeaderList } from '@sluice/plugin-api'
import { remaining, type Rate, type Verdict } from './gcra.ts'

/** The fields by which a client learns how much it may still call (draft-ietf-httpapi-ratelimit-headers). */
export class LimitFields {
  readonly #name: string
  readonly #policy: string
  readonly #rate: Rate

  /** `name` is the entry's, a sf-string. */
  constructor(name: string, limit: number, perMs: number, rate: Rate) {
    this.#name = `"${name.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '')}"`
    this.#policy = `${this.#name};q=${limit};w=${Math.max(1, Math.round(perMs / 1000))}`
    this.#rate = rate
  }

  append(head: HeaderEdit, verdict: Verdict): void {
    head.append('ratelimit-policy', this.#policy)
    head.append('ratelimit', this.#limit(verdict))
  }

  /** Seconds, at least one: a client that comes back at once would come too early. */
  static retryAfter(waitMicroseconds: number): HeaderList {
    return Number.isFinite(waitMicroseconds)
      ? [['retry-after', String(Math.max(1, Math.ceil(waitMicroseconds / 1_000_000)))]]
      : []
  }

  #limit(verdict: Verdict): string {
    return `${this.#name};r=${remaining(verdict, this.#rate)};t=${Math.ceil(verdict.ahead / 1_000_000)}`
  }
}
