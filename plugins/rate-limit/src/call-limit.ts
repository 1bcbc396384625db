import { createHash } from 'node:crypto'
import type { Counter, Exchange, Fact, HeaderEdit, McpRequest, Outcome, PluginContext } from '@sluice/plugin-api'
import { LARGER_THAN_BURST, refusals } from './codes.ts'
import { LimitFields } from './fields.ts'
import { type Verdict, wait } from './gcra.ts'
import { metrics } from './metrics.ts'
import type { CallSettings, Settings } from './settings.ts'
import { type Charge, type Store, StoreAway } from './store.ts'
import { useStore } from './use-store.ts'

/** The limit of an entry on calls: asks the store, refuses, and tells clients how much is left. */
export class CallLimit {
  readonly #settings: CallSettings
  readonly #by: Settings['by']
  readonly #denyWhenAway: boolean
  readonly #store: Store
  readonly #fields: LimitFields
  /** What was said of each exchange last, until its answer is written. */
  readonly #verdict: Fact<Verdict>
  /** Requests whose messages are counted, and were not seen yet, with their callers. */
  readonly #uncounted: Fact<string | undefined>
  readonly #counted: Record<'allowed' | 'refused' | 'uncounted' | 'store_away', Counter>

  /** Takes the store that the settings name. */
  static async open(calls: CallSettings, settings: Settings, ctx: PluginContext): Promise<CallLimit> {
    const { by, store, max, onStoreError } = settings
    const used = await useStore(
      { store, max, key: calls.key, readiness: onStoreError === 'deny', madeUp: by === 'tool' },
      ctx
    )
    return new CallLimit(calls, settings, used, ctx)
  }

  private constructor(calls: CallSettings, { by, onStoreError }: Settings, store: Store, ctx: PluginContext) {
    this.#settings = calls
    this.#by = by
    this.#denyWhenAway = onStoreError === 'deny'
    this.#store = store
    this.#fields = new LimitFields(ctx.entry.slice(ctx.entry.indexOf('/') + 1), calls.limit, calls.perMs, calls.rate)
    this.#verdict = ctx.perExchange()
    this.#uncounted = ctx.perExchange()
    const { name, help, labels } = metrics.decisions
    const decisions = ctx.metrics.counter(name, help, Object.keys(labels))
    const series = (decision: string): Counter => decisions.series(ctx.entry, decision)
    this.#counted = {
      allowed: series('allowed'),
      refused: series('refused'),
      uncounted: series('uncounted'),
      store_away: series('store_away')
    }
  }

  /** Counts a request where it counts as it is, whatever messages it has; else notes that it is yet to be counted. */
  takeRequest(x: Exchange, caller: string): Outcome | Promise<Outcome> {
    if (this.#by === 'tool') return undefined
    if (this.#settings.cost === undefined || x.method !== 'POST') return this.#take(x, [{ key: caller, cost: 1 }])
    this.#uncounted.set(x, caller)
    return undefined
  }

  /** Counts all messages of a body at its first one that counts, where messages are counted: all of them, or none. */
  takeMessages(message: McpRequest, x: Exchange, caller: string): Outcome | Promise<Outcome> {
    const counts = this.#by === 'tool' ? isCall : this.#settings.cost === undefined ? never : always
    if (message.batch.find(counts) !== message) return undefined
    this.#uncounted.set(x, undefined)
    const costs = new Map<string, number>()
    for (const member of message.batch.filter(counts)) {
      const key = this.#by === 'tool' ? `${caller} ${toolKey(member.target ?? '')}` : caller
      costs.set(key, (costs.get(key) ?? 0) + this.#costOf(member))
    }
    return this.#take(
      x,
      Array.from(costs, ([key, cost]) => ({ key, cost }))
    )
  }

  /** Counts what turned out to be no message: it is answered already, and those that follow it are not. */
  async takeUnread(x: Exchange): Promise<void> {
    const caller = this.#uncounted.get(x)
    if (caller !== undefined) await this.#take(x, [{ key: caller, cost: 1 }])
  }

  /** Whether a request is yet to be counted. */
  owes(x: Exchange): boolean {
    return this.#uncounted.get(x) !== undefined
  }

  /** Tells the client what is left. */
  tell(head: HeaderEdit, x: Exchange): void {
    const verdict = this.#verdict.get(x)
    if (verdict !== undefined) this.#fields.append(head, verdict)
  }

  #costOf({ method, target }: McpRequest): number {
    const { cost } = this.#settings
    return cost === undefined || method !== 'tools/call' ? 1 : (cost.get(target ?? '') ?? cost.get('*') ?? 1)
  }

  #take(x: Exchange, charges: readonly Charge[]): Outcome | Promise<Outcome> {
    try {
      const verdict = this.#store.take(charges, this.#settings.rate)
      if (!(verdict instanceof Promise)) return this.#judge(x, verdict)
      return verdict.then(
        settled => this.#judge(x, settled),
        () => this.#away()
      )
    } catch (error) {
      if (error instanceof StoreAway) return this.#away()
      throw error
    }
  }

  #judge(x: Exchange, verdict: Verdict): Outcome {
    this.#verdict.set(x, verdict)
    if (verdict.allowed) {
      this.#counted.allowed.add()
      return undefined
    }
    this.#counted.refused.add()
    const code = 'SLUICE_RATE_LIMIT_EXCEEDED'
    const { status, meaning, fix } = refusals[code]
    const waiting = wait(verdict, this.#settings.rate)
    const reason = Number.isFinite(waiting) ? `${meaning} ${fix}` : LARGER_THAN_BURST
    return { status, code, reason, headers: LimitFields.retryAfter(waiting) }
  }

  #away(): Outcome {
    this.#counted[this.#denyWhenAway ? 'store_away' : 'uncounted'].add()
    if (!this.#denyWhenAway) return undefined
    const code = 'SLUICE_RATE_LIMIT_STORE_AWAY'
    const { status, meaning, fix } = refusals[code]
    return { status, code, reason: `${meaning} ${fix}`, headers: [['retry-after', '1']] }
  }
}

const isCall = ({ method }: McpRequest): boolean => method === 'tools/call'
const always = (): boolean => true
const never = (): boolean => false

/** A name is the client's to choose, and may be as long as a body. */
const toolKey = (tool: string): string =>
  tool.length <= 128 ? tool : createHash('sha256').update(tool).digest('base64url')
