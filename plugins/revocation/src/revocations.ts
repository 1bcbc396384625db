import type { Counter, Exchange, Fact, Gauge, PluginContext, Principal, Reply } from '@sluice/plugin-api'
import { refusals } from './codes.ts'
import { metrics } from './metrics.ts'
import { type RevocationList, listSchema } from './revocation-list.ts'
import { Revoked } from './revoked.ts'

/**
 * The list of an entry, for all of its routes and through reloads: follows its file, and ends what those have open whom a new
 * list revokes. A file that cannot be read leaves the list before in effect.
 */
export class Revocations {
  readonly #file: string
  readonly #ctx: Pick<PluginContext, 'entry' | 'log' | 'readFile' | 'openExchanges'>
  readonly #principal: Fact<Principal>
  readonly #counted: Record<'refused' | 'ended', Counter>
  readonly #shown: Record<'loaded' | 'entries', Gauge>
  /** Names of the routes whose exchanges are looked at, each as often as a filter stands there. */
  readonly #routes = new Map<string, number>()
  /** What was ended already, and is not over yet. */
  readonly #ended = new WeakSet<Exchange>()
  readonly #stop: () => void
  #revoked: Revoked

  /** @throws Error that says what is wrong with the file, and where */
  constructor(file: string, ctx: PluginContext) {
    this.#file = file
    this.#ctx = ctx
    this.#principal = ctx.fact('principal')
    const counter = ({ name, help }: { name: string; help: string }): Counter =>
      ctx.metrics.counter(name, help, ['entry']).series(ctx.entry)
    // Of several workers the one that is worst off: each has the list by itself.
    const gauge = ({ name, help }: { name: string; help: string }): Gauge =>
      ctx.metrics.gauge(name, help, ['entry'], 'min').series(ctx.entry)
    this.#counted = { refused: counter(metrics.refused), ended: counter(metrics.ended) }
    this.#shown = { loaded: gauge(metrics.loaded), entries: gauge(metrics.entries) }
    this.#stop = ctx.watchFile(file, () => this.#takeOver())
    try {
      this.#revoked = this.#read()
    } catch (error) {
      this.#stop()
      throw error
    }
  }

  /** Looks at the exchanges of the route, too, until it is left. */
  cover(route: string): void {
    this.#routes.set(route, (this.#routes.get(route) ?? 0) + 1)
  }

  leave(route: string): void {
    const filters = this.#routes.get(route) ?? 0
    if (filters > 1) this.#routes.set(route, filters - 1)
    else this.#routes.delete(route)
  }

  /** Whether the caller is revoked, who then is counted among those refused. Nobody is who did not say who they are. */
  refuses(x: Exchange): boolean {
    const principal = this.#principal.get(x)
    if (principal === undefined || !this.#revoked.has(principal)) return false
    this.#counted.refused.add()
    return true
  }

  close(): void {
    this.#stop()
  }

  #read(): Revoked {
    const revoked = this.#ctx.readFile(this.#file, listSchema, list => new Revoked(list as RevocationList))
    this.#shown.loaded.set(1)
    this.#shown.entries.set(revoked.size)
    return revoked
  }

  #takeOver(): void {
    const { log } = this.#ctx
    try {
      this.#revoked = this.#read()
    } catch (error) {
      this.#shown.loaded.set(0)
      const reason = error instanceof Error ? error.message : String(error)
      return log.error({ file: this.#file, reason }, 'the list of revocations cannot be used: the one before stays')
    }
    const ended = this.endOpen()
    log.info({ file: this.#file, entries: this.#revoked.size, ended }, 'another list of revocations is in effect')
  }

  /** Ends what those have open whom the list revokes. @returns how many */
  endOpen(): number {
    let count = 0
    const now = Date.now()
    for (const x of this.#ctx.openExchanges) {
      const principal = this.#routes.has(x.route.name) ? this.#principal.get(x) : undefined
      if (principal === undefined || this.#ended.has(x) || !this.#revoked.has(principal)) continue
      x.endBy({ filter: this.#ctx.entry, streamsAt: now, callsAt: now, reply: ENDED })
      this.#ended.add(x)
      count++
    }
    this.#counted.ended.add(count)
    return count
  }
}

const { status, meaning, fix } = refusals.SLUICE_REVOCATION_ENDED

/** Not 401: after that a client sends the call again by itself. */
const ENDED: Reply = Object.freeze({ status, code: 'SLUICE_REVOCATION_ENDED', reason: `${meaning} ${fix}` })
