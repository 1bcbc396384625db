import type {
  Exchange,
  Fact,
  Finish,
  McpCall,
  McpRequest,
  PluginContext,
  Principal,
  TraceContext
} from '@sluice/plugin-api'
import type { ArgumentFields } from './arguments.ts'
import { jsonText } from './json-text.ts'
import type { Ledger } from './ledger.ts'
import { callFields, decisionFields, principalFields, requestFields, UNDECIDED } from './record-fields.ts'
import { millisecondsText } from './time-text.ts'

/** What is kept of an exchange from its decision to its end. */
interface Kept {
  /** The messages of its body, where they were read. */
  readonly messages: readonly McpRequest[] | undefined
  /** Decisions that are recorded; -1 while there is no record, `ADDED_UP` where there will be none. */
  decisions: number
}

/** The exchange itself, where no message was read. */
const NO_MESSAGE = [undefined] as const
const NOT_YET = -1
const ADDED_UP = -2

/** Makes the records of exchanges: of each message one pair, and where none was read one pair for the whole. */
export class ExchangeRecords {
  readonly #ledger: Ledger
  readonly #argumentsOf: ArgumentFields
  readonly #principalFields: (principal: Principal | undefined) => string
  readonly #principalOf: Fact<Principal>
  readonly #traceOf: Fact<TraceContext>
  readonly #kept: Fact<Kept>
  readonly #callFields = callFields()
  /** What ends most records of decisions: without a trace. */
  readonly #untraced: string
  readonly #config: string

  constructor(ledger: Ledger, argumentsOf: ArgumentFields, names: boolean, ctx: PluginContext) {
    this.#ledger = ledger
    this.#argumentsOf = argumentsOf
    this.#principalFields = principalFields(`,"route":${jsonText(ctx.route.name)}`, names)
    this.#principalOf = ctx.fact('principal')
    this.#traceOf = ctx.fact('trace')
    this.#kept = ctx.perExchange()
    this.#config = `,"config":"${ctx.configuration.hash}"`
    this.#untraced = `,"trace":null${this.#config}`
  }

  /** Notes the messages of a body at its first. */
  take(message: McpRequest, x: Exchange): undefined {
    if (message.batch[0] === message) this.#kept.set(x, { messages: message.batch, decisions: NOT_YET })
  }

  /** Whether all that was decided is recorded. */
  isDecided(x: Exchange): boolean {
    return this.#kept.get(x)?.decisions === x.decisions.length
  }

  /** Counts what somebody unknown was answered here, instead of recording it; `false` if its decision has a record. */
  addUp(x: Exchange, status: number): boolean {
    const kept = this.#keptOf(x)
    if (kept.decisions >= 0) return false
    const refusal = x.decisions.findLast(({ outcome }) => outcome === 'deny' || outcome === 'error')
    this.#ledger.strangers.add(x, refusal, status)
    kept.decisions = ADDED_UP
    return true
  }

  /** Records what was decided. `status` is that of the gateway's own answer. @returns whether all of it found room */
  decided(x: Exchange, status: number | undefined): boolean {
    const kept = this.#keptOf(x)
    kept.decisions = x.decisions.length
    const { messages } = kept
    const before = `"type":"decision",${this.#circumstances(x)}`
    const verdict = `,${decisionFields(x.decisions)},"status":${status ?? 'null'}`
    const rules = this.#rules(x)
    if (messages === undefined)
      return this.#ledger.record('decision', `${before}${requestFields(x.method)}${verdict}${rules}`)
    let all = true
    for (const message of messages) {
      const fields = `${before}${this.#callFields(message)}${verdict}${this.#argumentsOf(message)}${rules}`
      all = this.#ledger.record('decision', fields) && all
    }
    return all
  }

  /** Records how it ended. */
  ended(x: Exchange, end: Finish): void {
    const kept = this.#keptOf(x)
    if (kept.decisions === ADDED_UP) return
    if (kept.decisions === NOT_YET && this.#principalOf.get(x) === undefined) {
      // The client has left before anything was decided.
      this.#ledger.strangers.add(x, undefined, end.status)
      return
    }
    const before = `"type":"outcome",${this.#circumstances(x)}`
    const how =
      `,"status":${end.status},"bytesIn":${end.bytesIn},"bytesOut":${end.bytesOut}` +
      `,"duration":${millisecondsText(end.durationMs)},"ended":"${end.ended}"`
    // The record of the decision has them.
    const rules = kept.decisions === NOT_YET ? this.#rules(x) : ''
    for (const message of kept.messages ?? NO_MESSAGE) {
      const call = callOf(message, end.calls)
      const what = message === undefined ? requestFields(x.method) : this.#callFields(message)
      const verdict = kept.decisions === NOT_YET ? UNDECIDED : decisionFields(x.decisions, call)
      const result = call === undefined ? 'null' : `"${call.outcome}"`
      this.#ledger.record('outcome', `${before}${what},${verdict}${how},"result":${result}${rules}`)
    }
  }

  /** Fields about who asks, in front of those about what for. */
  #circumstances(x: Exchange): string {
    const who = `"request":${jsonText(x.id)}${this.#principalFields(this.#principalOf.get(x))},`
    return x.endpoint === undefined ? who : `${who}"endpoint":${jsonText(x.endpoint.path)},`
  }

  #keptOf(x: Exchange): Kept {
    const kept = this.#kept.get(x)
    if (kept !== undefined) return kept
    const fresh: Kept = { messages: undefined, decisions: NOT_YET }
    this.#kept.set(x, fresh)
    return fresh
  }

  /** Fields about the trace, and under which rules it was decided. */
  #rules(x: Exchange): string {
    const trace = this.#traceOf.get(x)
    return trace === undefined ? this.#untraced : `,"trace":"${trace.traceId}"${this.#config}`
  }
}

const callOf = (message: McpRequest | undefined, calls: readonly McpCall[]): McpCall | undefined =>
  message?.kind === 'request' ? calls.find(({ id }) => id === message.id) : undefined
