import { SharedValues } from '../shared-values.ts'
import { checkNoCredential } from './credential.ts'
import { checkEndpointAnswers } from './endpoint-answers.ts'
import type { JourneyPlan } from './journey.ts'
import { type FilterMaking, OpenFilter } from './open-filter.ts'
import type { ConformanceOptions } from './options.ts'
import { unmatchedPlans } from './plans.ts'
import { differences, type Trace } from './trace.ts'
import { travelInTurn, travelTogether } from './travel.ts'

/** Checks what the filter of a configuration does about requests, alone and beside another one, which `other` makes. */
export const checkBehaviour = async (
  making: FilterMaking,
  other: FilterMaking,
  plans: readonly JourneyPlan[],
  { counts = false }: Pick<ConformanceOptions, 'counts'>
): Promise<void> => {
  const trial = new Trial(making, plans)
  const alone = await trial.run({ endpoints: true })
  const again = await trial.run({})
  if (alone === undefined || again === undefined) return
  // What differs from one run to the next anyhow (a nonce, a time) says nothing.
  const restless = alone.map((trace, i) => new Set(differences(trace, again[i]!).map(({ at }) => at)))
  const compare = (check: 're-entrance' | 'neighbours', when: string, traces: readonly Trace[] = []): void => {
    for (const [i, trace] of counts ? [] : traces.entries()) {
      const [difference] = differences(alone[i]!, trace, restless[i])
      if (difference === undefined) continue
      const { method = 'POST' } = plans[i]!.request
      const { at, one, other: changed } = difference
      return making.breaches.add(check, `${when}, ${at} of a ${method} becomes ${changed}; it was ${one}`)
    }
  }
  compare('re-entrance', 'while other requests are under way', await trial.run({ together: true }))
  compare('neighbours', 'once another filter is made', await trial.run({ beside: other }))
  compare('neighbours', 'once another filter is closed', await trial.run({ beside: other, closed: true }))
  await trial.unmatched()
}

interface Circumstances {
  readonly together?: boolean
  readonly endpoints?: boolean
  /** Another filter is made after this one. */
  readonly beside?: FilterMaking
  /** And closed, before the requests come. */
  readonly closed?: boolean
}

class Trial {
  readonly #making: FilterMaking
  readonly #plans: readonly JourneyPlan[]

  constructor(making: FilterMaking, plans: readonly JourneyPlan[]) {
    this.#making = making
    this.#plans = plans
  }

  /** Takes all requests through a new filter. Gives `undefined` if none can be made. */
  async run({
    together = false,
    endpoints = false,
    beside,
    closed = false
  }: Circumstances): Promise<readonly Trace[] | undefined> {
    const { breaches } = this.#making
    const values = new SharedValues()
    const open = await OpenFilter.make(this.#making, { values })
    if (open === undefined) return undefined
    const route = { name: 'other', path: '/other', publicUrl: 'https://mcp.contoso.example/other' }
    const neighbour = beside && (await OpenFilter.make(beside, { values, route, entry: 'other/test' }))
    if (closed) await neighbour?.close()
    const traces = await (together ? travelTogether : travelInTurn)(this.#plans, open, breaches)
    if (endpoints) await checkEndpointAnswers(open, breaches)
    this.#checkCredentials(open, traces)
    await open.close()
    if (!closed) await neighbour?.close()
    return traces
  }

  /** Takes requests through the filter of the route `-`. */
  async unmatched(): Promise<void> {
    const route = { name: '-', path: '/', publicUrl: 'https://mcp.contoso.example' }
    const open = await OpenFilter.make(this.#making, { route })
    if (open === undefined) return
    await travelInTurn(unmatchedPlans(), open, this.#making.breaches)
    await open.close()
  }

  #checkCredentials({ ctx }: OpenFilter, traces: readonly Trace[]): void {
    const { breaches } = this.#making
    for (const { reply, decisions, params, upstreamFields, responseFields, result } of traces) {
      checkNoCredential('a reply', reply, breaches)
      checkNoCredential('a decision', decisions, breaches)
      checkNoCredential('a message for the upstream', params, breaches)
      checkNoCredential('a field for the upstream', upstreamFields, breaches)
      checkNoCredential('a field of the answer', responseFields, breaches)
      checkNoCredential('a result', result, breaches)
    }
    checkNoCredential('the log', ctx.log.lines, breaches)
    checkNoCredential('a metric', [...ctx.metrics.values.keys()], breaches)
    checkNoCredential(
      'a readiness',
      Array.from(ctx.readinesses.values(), ({ reason }) => reason),
      breaches
    )
  }
}
