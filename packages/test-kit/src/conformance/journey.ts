import type { Challenge, Filter, McpRequest, McpResultOutcome, Reply } from '@sluice/plugin-api'
import { type FakeExchange, fakeExchange } from '../exchange.ts'
import { fakeFact } from '../facts.ts'
import { fakeFinish } from '../finish.ts'
import { fakeRequestHead } from '../request-head.ts'
import { fakeResponseHead, type FakeResponseHead } from '../response-head.ts'
import type { BreachList } from './breach.ts'
import { messageOf, resultOf, wants } from './messages.ts'
import type { OpenFilter } from './open-filter.ts'
import type { RequestOptions } from './options.ts'
import { checkReply } from './reply-form.ts'
import { plainChallenges, plainReply, type Trace } from './trace.ts'

/**
 * How far a request comes: to the upstream; to no route; only as far as a filter in front, so that this one sees the
 * refusal alone; or its client leaves before there is an answer.
 */
export type Course = 'forwarded' | 'unmatched' | 'refused in front' | 'client gone'

/** A request to be taken through a filter. */
export interface JourneyPlan {
  readonly id: string
  readonly request: RequestOptions
  /** Number of the message that it carries, and of the result. */
  readonly message: number
  readonly course: Course
  readonly facts: Readonly<Record<string, unknown>>
}

/** The stages of a journey, in their order. */
export const STAGES = ['onRequest', 'onMcpRequest', 'onUpstream', 'onResponse', 'onMcpResult', 'onFinish'] as const

/** One request on its way through one filter, stage by stage, as the core would take it. */
export class Journey {
  readonly x: FakeExchange
  readonly #plan: JourneyPlan
  readonly #open: OpenFilter
  readonly #breaches: BreachList
  readonly #upstream = fakeRequestHead({ headers: [['accept', '*/*']] })
  readonly #message: McpRequest
  #response: FakeResponseHead | undefined
  #reply: Reply | undefined
  #result: McpResultOutcome

  constructor(plan: JourneyPlan, open: OpenFilter, breaches: BreachList) {
    // Frozen: what a filter wants to keep of an exchange belongs into ctx.perExchange() or a fact.
    this.x = Object.freeze(fakeExchange({ ...plan.request, id: plan.id, route: open.ctx.route }))
    for (const [name, value] of Object.entries(plan.facts)) fakeFact(name).set(this.x, value)
    this.#message = messageOf(plan.message)
    this.#plan = plan
    this.#open = open
    this.#breaches = breaches
  }

  get trace(): Trace {
    return {
      reply: plainReply(this.#reply),
      decisions: this.x.decisions,
      deadlines: this.x.deadlines,
      facts: this.#open.facts.setOn(this.x),
      params: this.#message.params,
      upstreamFields: this.#upstream.fields,
      responseFields: this.#response?.fields ?? [],
      challenges: plainChallenges(this.#response?.challenges ?? []),
      result: this.#result
    }
  }

  async onRequest(): Promise<void> {
    if (this.#plan.course === 'refused in front') return
    await this.#call('onRequest', async filter => this.#took('onRequest', await filter.onRequest?.(this.x)))
  }

  async onMcpRequest(): Promise<void> {
    const { requests } = this.#open.filter.mcp ?? {}
    if (!this.#isForwarded || this.x.method !== 'POST' || !wants(requests, this.#message.method)) return
    await this.#call('onMcpRequest', async filter =>
      this.#took('onMcpRequest', await filter.onMcpRequest?.(this.#message, this.x))
    )
  }

  async onUpstream(): Promise<void> {
    if (!this.#isForwarded) return
    await this.#call('onUpstream', async filter =>
      this.#took('onUpstream', await filter.onUpstream?.(this.#upstream, this.x))
    )
  }

  async onResponse(): Promise<void> {
    if (this.#plan.course === 'client gone') return
    const head = (this.#response = this.#answer())
    await this.#call('onResponse', filter => filter.onResponse?.(head, this.x))
  }

  async onMcpResult(): Promise<void> {
    const result = resultOf(this.#plan.message)
    if (!this.#isForwarded || !wants(this.#open.filter.mcp?.results, result.method)) return
    await this.#call('onMcpResult', async filter => {
      const outcome = (this.#result = await filter.onMcpResult?.(result, this.x))
      if (outcome !== undefined && !isResult(outcome)) checkReply('onMcpResult', outcome, this.#breaches)
    })
  }

  async onFinish(): Promise<void> {
    const status = this.#response?.status ?? 0
    const end = fakeFinish({ status, ended: status === 0 ? 'client-gone' : 'complete' })
    await this.#call('onFinish', filter => {
      const result: unknown = filter.onFinish?.(end, this.x)
      if (result instanceof Promise) this.#breaches.add('hooks', 'onFinish returns a promise: nobody waits for it')
      return result
    })
  }

  get #isForwarded(): boolean {
    return this.#plan.course === 'forwarded' && this.#reply === undefined
  }

  #answer(): FakeResponseHead {
    if (this.#reply !== undefined) {
      const { status, headers = [], challenges = [] } = this.#reply
      return fakeResponseHead({ status, headers, challenges })
    }
    if (this.#plan.course === 'unmatched') return fakeResponseHead({ status: 404 })
    const bearer: Challenge = { scheme: 'Bearer', params: new Map([['error', 'invalid_token']]) }
    if (this.#plan.course === 'refused in front') return fakeResponseHead({ status: 401, challenges: [bearer] })
    const headers = [
      ['content-type', 'application/json'],
      ['vary', 'accept'],
      ['access-control-allow-origin', '*']
    ] as const
    return fakeResponseHead({ source: 'upstream', headers })
  }

  #took(hook: string, reply: Reply | undefined): void {
    if (reply === undefined) return
    // What cannot be sent becomes a fault of the gateway.
    this.#reply = checkReply(hook, reply, this.#breaches) ? reply : { status: 500 }
  }

  async #call(hook: (typeof STAGES)[number], run: (filter: Filter) => unknown): Promise<void> {
    try {
      await run(this.#open.filter)
    } catch (error) {
      const { method, path } = this.x
      const where = `${method} ${path.length > 40 ? `${path.slice(0, 40)}…` : path}, ${this.#plan.course}`
      this.#breaches.add('hooks', `${hook} threw (${where}): ${String(error)}`, `${hook} ${String(error)}`)
    }
  }
}

const isResult = (outcome: object): outcome is { readonly result: unknown } =>
  typeof outcome === 'object' && outcome !== null && 'result' in outcome
