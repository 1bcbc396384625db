import type { Logger } from '@sluice/plugin-api'
import type { Readinesses } from '../admin/readiness.ts'
import type { Chain, Link } from '../chain/chain.ts'
import type { Facts } from '../exchange/facts.ts'
import type { TrustedProxies } from '../http/client-address.ts'
import type { SharedLease } from '../shared-values.ts'
import { closeFilters } from './close-filters.ts'
import type { Replaced } from './replaced.ts'
import type { Router } from './router.ts'

/** What a request finds in a site. */
export interface SiteParts {
  readonly router: Router
  /** The global filters, for a request that no route matches. */
  readonly unmatched: Chain
  readonly proxies: TrustedProxies
  readonly facts: Facts
}

/** What a site starts, and lets go of when it closes. */
export interface SiteHoldings {
  /** In the order in which they were made. */
  readonly filters: readonly Link[]
  readonly startFilters: () => Promise<void>
  /** Pools and the values that filters share. */
  readonly lease: SharedLease
  /** Aborted when nothing new reaches the filters any more. */
  readonly replaced: Replaced
  readonly readinesses: Readinesses
  readonly log: Logger
  /** Milliseconds that the filters have to close, unless they are given others. */
  readonly closeMs: number
}

/**
 * A configuration made into filters, chains and connections: everything that serves, except the listeners. It knows how
 * many exchanges are under way in it, so that one that was replaced closes after the last of them.
 */
export class Site implements SiteParts {
  readonly router: Router
  readonly unmatched: Chain
  readonly proxies: TrustedProxies
  readonly facts: Facts
  readonly readinesses: Readinesses
  readonly #holdings: SiteHoldings
  #underWay = 0
  #emptied: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor({ router, unmatched, proxies, facts }: SiteParts, holdings: SiteHoldings) {
    this.router = router
    this.unmatched = unmatched
    this.proxies = proxies
    this.facts = facts
    this.readinesses = holdings.readinesses
    this.#holdings = holdings
  }

  /** Tells the filters that exchanges are about to begin. @throws ConfigError where one of them cannot */
  start(): Promise<void> {
    return this.#holdings.startFilters()
  }

  /** An exchange begins. */
  enter(): void {
    this.#underWay++
  }

  /** An exchange has ended. */
  leave(): void {
    if (--this.#underWay === 0) this.#emptied?.()
  }

  /** No exchange begins here any more: closes after the last one, however long that takes. Resolves when it is closed. */
  retire(): Promise<void> {
    this.#holdings.replaced.abort()
    if (this.#underWay === 0) return this.close()
    return new Promise(resolve => {
      this.#emptied = () => resolve(this.close())
    })
  }

  /** Closes filters and connections, whatever is under way. The same promise for every call; the first says how long it may take. */
  close(withinMs?: number): Promise<void> {
    this.#closing ??= closeHoldings(this.#holdings, withinMs)
    return this.#closing
  }
}

/** Lets go of everything. */
export const closeHoldings = async (
  { filters, lease, replaced, log, closeMs }: SiteHoldings,
  withinMs = closeMs
): Promise<void> => {
  replaced.abort()
  await closeFilters(filters, withinMs, log)
  lease.release(error => log.error({ err: error }, 'a shared value failed to close'))
}
