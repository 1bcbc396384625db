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
import { callFields, decisionFields, principalFields, requestFields, UNDECIDED } from './record-fields.ts'
import type { Trail } from './trail.ts'

/** What records are given to. */
export type RecordTaker = Pick<Trail, 'record' | 'refusals'>

/** What is kept of an exchange from its decision to its end. */
interface Kept {
  /** The messages of its body, where they were read. */
  readonly messages: readonly McpRequest[] | undefined
  /** Decisions that are recorded; -1 while there is no record, `ADDED_UP` where there will be none. */
  decisions: number
  /** What both records say of each message, once the first was made. */
  subjects: readonly string[] | undefined
}

const NOT_YET = -1
const ADDED_UP = -2

/** Makes the records of exchanges: of each message one pair, and where none was read one pair for the whole. */
export class ExchangeRecords {
  readonly #trail: RecordTaker
  readonly #argumentsOf: ArgumentFields
  readonly #principalFields: (principal: Principal | undefined) => string
  readonly #principalOf: Fact<Principal>
  readonly #traceOf: Fact<TraceContext>
  readonly #kept: Fact<Kept>
  readonly #route: string
  readonly #config: string

  constructor(trail: RecordTaker, argumentsOf: ArgumentFields, names: boolean, ctx: PluginContext) {
    this.#trail = trail
    this.#argumentsOf = argumentsOf
    this.#principalFields = principalFields(names)
    this.#principalOf = ctx.fact('principal')
    this.#traceOf = ctx.fact('trace')
    this.#kept = ctx.perExchange()
    this.#route = jsonText(ctx.route.name)
    this.#config = `"config":"${ctx.configuration.hash}"`
  }

  /** Notes the messages of a body at its first. */
  take(message: McpRequest, x: Exchange): undefined {
    if (message.batch[0] === message)
      this.#kept.set(x, { messages: message.batch, decisions: NOT_YET, subjects: undefined })
  }

  /** Whether all that was decided is recorded. */
  isDecided(x: Exchange): boolean {
    return this.#kept.get(x)?.decisions === x.decisions.length
  }

  /** Counts a refusal of somebody unknown, instead of recording it; `false` if it is none, or its decision has a record. */
  addUp(x: Exchange, status: number): boolean {
    const kept = this.#keptOf(x)
    const refusal = x.decisions.findLast(({ outcome }) => outcome === 'deny' || outcome === 'error')
    if (refusal === undefined || kept.decisions >= 0) return false
    this.#trail.refusals.add(x, refusal, status)
    kept.decisions = ADDED_UP
    return true
  }

  /** Records what was decided. `status` is that of the gateway's own answer. @returns whether all of it found room */
  decided(x: Exchange, status: number | undefined): boolean {
    const kept = this.#keptOf(x)
    kept.decisions = x.decisions.length
    const subjects = (kept.subjects ??= this.#subjects(x, kept.messages))
    const verdict = `,${decisionFields(x.decisions)},"status":${status ?? 'null'}`
    const circumstances = this.#circumstances(x)
    let all = true
    for (const [i, subject] of subjects.entries()) {
      const message = kept.messages?.[i]
      const said = message === undefined ? '' : this.#argumentsOf(message)
      all = this.#trail.record('decision', `"type":"decision",${subject}${verdict}${said}${circumstances}`) && all
    }
    return all
  }

  /** Records how it ended. */
  ended(x: Exchange, end: Finish): void {
    const kept = this.#keptOf(x)
    if (kept.decisions === ADDED_UP) return
    if (kept.decisions === NOT_YET && this.#principalOf.get(x) === undefined) {
      // The client has left before anything was decided.
      this.#trail.refusals.add(x, undefined, end.status)
      return
    }
    const { messages } = kept
    const subjects = kept.subjects ?? this.#subjects(x, messages)
    const how = `,"status":${end.status},"bytesIn":${end.bytesIn},"bytesOut":${end.bytesOut},"duration":${end.durationMs.toFixed(3)},"ended":"${end.ended}"`
    const circumstances = this.#circumstances(x)
    for (const [i, subject] of subjects.entries()) {
      const call = callOf(messages?.[i], end.calls)
      const verdict = kept.decisions === NOT_YET ? UNDECIDED : decisionFields(x.decisions, call)
      const result = call === undefined ? 'null' : `"${call.outcome}"`
      const fields = `"type":"outcome",${subject},${verdict}${how},"result":${result}${circumstances}`
      this.#trail.record('outcome', fields)
    }
  }

  /** Fields about who asked for what, one for each record. */
  #subjects(x: Exchange, messages: readonly McpRequest[] | undefined): readonly string[] {
    const endpoint = x.endpoint === undefined ? '' : `,"endpoint":${jsonText(x.endpoint.path)}`
    const who = `"request":${jsonText(x.id)},"route":${this.#route}${endpoint},${this.#principalFields(this.#principalOf.get(x))}`
    if (messages === undefined) return [`${who},${requestFields(x.method)}`]
    return messages.map(message => `${who},${callFields(message)}`)
  }

  #keptOf(x: Exchange): Kept {
    const kept = this.#kept.get(x)
    if (kept !== undefined) return kept
    const fresh: Kept = { messages: undefined, decisions: NOT_YET, subjects: undefined }
    this.#kept.set(x, fresh)
    return fresh
  }

  #circumstances(x: Exchange): string {
    const trace = this.#traceOf.get(x)
    return `,"trace":${trace === undefined ? 'null' : `"${trace.traceId}"`},${this.#config}`
  }
}

const callOf = (message: McpRequest | undefined, calls: readonly McpCall[]): McpCall | undefined =>
  message?.kind === 'request' ? calls.find(({ id }) => id === message.id) : undefined
