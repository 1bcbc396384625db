import { createHash } from 'node:crypto'
import type { Counter, Exchange, HeaderEdit, McpRequest, Outcome, PluginContext } from '@sluice/plugin-api'
import { refusals } from './codes.ts'
import { LimitFields } from './fields.ts'
import { type Verdict, wait } from './gcra.ts'
import { metrics } from './metrics.ts'
import type { CallSettings, Settings } from './settings.ts'
import type { Store } from './store.ts'
import { useStore } from './use-store.ts'

/** The limit of an entry on calls: asks the store, refuses, and tells clients how much is left. */
export class CallLimit {
  readonly #settings: CallSettings
  readonly #by: Settings['by']
  readonly #denyWhenAway: boolean
  readonly #store: Store
  readonly #prefix: string
  readonly #fields: LimitFields
  /** What was said of each exchange last, until its answer is written. */
  readonly #verdicts = new WeakMap<Exchange, Verdict>()
  readonly #counted: Record<'allowed' | 'refused' | 'uncounted' | 'store_away', Counter>

  /** Takes the store that the settings name. */
  static async open(calls: CallSettings, settings: Settings, ctx: PluginContext): Promise<CallLimit> {
    const { store, max, onStoreError } = settings
    const used = await useStore({ store, max, key: calls.key, readiness: onStoreError === 'deny' }, ctx)
    return new CallLimit(calls, settings, used, ctx)
  }

  private constructor(calls: CallSettings, { by, onStoreError }: Settings, store: Store, ctx: PluginContext) {
    this.#settings = calls
    this.#by = by
    this.#denyWhenAway = onStoreError === 'deny'
    this.#store = store
    this.#prefix = `sluice:limit:${ctx.entry}:${calls.key}:`
    this.#fields = new LimitFields(ctx.entry.slice(ctx.entry.indexOf('/') + 1), calls.limit, calls.perMs, calls.rate)
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

  /** Whether a request counts as it is, whatever messages it has. */
  countsRequest({ method }: Exchange): boolean {
    return this.#by !== 'tool' && (this.#settings.cost === undefined || method !== 'POST')
  }

  /** Counts a message, where messages are counted. */
  takeMessage({ method, target }: McpRequest, x: Exchange, caller: string): Outcome | Promise<Outcome> {
    const { cost } = this.#settings
    if (this.#by === 'tool')
      return method === 'tools/call' ? this.take(x, `${caller} ${toolKey(target ?? '')}`, 1) : undefined
    if (cost === undefined) return undefined
    return this.take(x, caller, method === 'tools/call' ? (cost.get(target ?? '') ?? cost.get('*') ?? 1) : 1)
  }

  /** Counts a call of some cost. */
  take(x: Exchange, caller: string, cost: number): Outcome | Promise<Outcome> {
    const verdict = this.#store.take(this.#prefix + caller, cost, this.#settings.rate)
    if (!(verdict instanceof Promise)) return this.#judge(x, verdict, cost)
    return verdict.then(
      settled => this.#judge(x, settled, cost),
      () => this.#away()
    )
  }

  /** Tells the client what is left. */
  tell(head: HeaderEdit, x: Exchange): void {
    const verdict = this.#verdicts.get(x)
    if (verdict !== undefined) this.#fields.append(head, verdict)
  }

  #judge(x: Exchange, verdict: Verdict, cost: number): Outcome {
    this.#verdicts.set(x, verdict)
    if (verdict.allowed) {
      this.#counted.allowed.add()
      return undefined
    }
    this.#counted.refused.add()
    const code = 'SLUICE_RATE_LIMIT_EXCEEDED'
    const { status, meaning, fix } = refusals[code]
    const headers = LimitFields.retryAfter(wait(verdict, cost, this.#settings.rate))
    return { status, code, reason: `${meaning} ${fix}`, headers }
  }

  #away(): Outcome {
    this.#counted[this.#denyWhenAway ? 'store_away' : 'uncounted'].add()
    if (!this.#denyWhenAway) return undefined
    const code = 'SLUICE_RATE_LIMIT_STORE_AWAY'
    const { status, meaning, fix } = refusals[code]
    return { status, code, reason: `${meaning} ${fix}`, headers: [['retry-after', '1']] }
  }
}

/** A name is the client's to choose, and may be as long as a body. */
const toolKey = (tool: string): string =>
  tool.length <= 128 ? tool : createHash('sha256').update(tool).digest('base64url')
