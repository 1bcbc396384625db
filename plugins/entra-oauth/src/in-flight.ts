import { OAuthFault } from './oauth-fault.ts'

/** Lets only so many requests to another server be under way: what comes without a token costs nobody else anything. */
export class InFlight {
  readonly #max: number
  #running = 0

  constructor(max: number) {
    this.#max = max
  }

  /** @throws OAuthFault if there are too many; nobody waits in a queue */
  async run<T>(request: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max) throw new OAuthFault('SLUICE_OAUTH_BUSY')
    this.#running++
    try {
      return await request()
    } finally {
      this.#running--
    }
  }
}
