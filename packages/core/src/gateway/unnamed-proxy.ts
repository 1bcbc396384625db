import type { Logger } from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'

/** Tells once of a proxy that `trustedProxies` does not name: behind it every client has the proxy's address. */
export class UnnamedProxy {
  readonly #log: Logger
  #told = false

  constructor(log: Logger) {
    this.#log = log
  }

  look({ peer, fromTrustedProxy, req }: LiveExchange): void {
    if (this.#told || fromTrustedProxy || req.headers['x-forwarded-for'] === undefined) return
    this.#told = true
    this.#log.warn(
      { peer },
      'X-Forwarded-For came from a peer that is not in trustedProxies, and is not believed; name it there if it is your proxy'
    )
  }
}
