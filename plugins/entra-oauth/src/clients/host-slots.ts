import { OAuthFault } from '../oauth-fault.ts'

/** To one host: one that never answers holds these, and no more. */
const PER_HOST = 2
/** To all hosts that the operator has not named, whose names cost a stranger nothing. */
const STRANGERS = 8

/**
 * Lets only so many fetches be under way: two to each host, eight to all hosts that are not known. Hosts that the
 * operator has named have slots of their own, so that documents of other hosts do not take them.
 */
export class HostSlots {
  readonly #known: ReadonlySet<string>
  readonly #running = new Map<string, number>()
  #strangers = 0

  constructor(known: ReadonlySet<string>) {
    this.#known = known
  }

  /** @throws OAuthFault if there is no slot; nobody waits in a queue */
  async run<T>(host: string, fetching: () => Promise<T>): Promise<T> {
    const stranger = this.#known.has(host) ? 0 : 1
    const running = this.#running.get(host) ?? 0
    if (running >= PER_HOST || this.#strangers + stranger > STRANGERS) throw new OAuthFault('SLUICE_OAUTH_BUSY')
    this.#running.set(host, running + 1)
    this.#strangers += stranger
    try {
      return await fetching()
    } finally {
      this.#strangers -= stranger
      this.#leave(host)
    }
  }

  #leave(host: string): void {
    const left = this.#running.get(host)! - 1
    if (left === 0) this.#running.delete(host)
    else this.#running.set(host, left)
  }
}
