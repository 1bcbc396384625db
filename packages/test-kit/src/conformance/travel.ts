import type { BreachList } from './breach.ts'
import { Journey, type JourneyPlan, STAGES } from './journey.ts'
import type { OpenFilter } from './open-filter.ts'
import type { Trace } from './trace.ts'

/** Takes requests through a filter, each after the other's end. */
export const travelInTurn = async (
  plans: readonly JourneyPlan[],
  open: OpenFilter,
  breaches: BreachList
): Promise<readonly Trace[]> => {
  const traces: Trace[] = []
  for (const plan of plans) {
    const journey = new Journey(plan, open, breaches)
    for (const stage of STAGES) await journey[stage]()
    traces.push(journey.trace)
  }
  return traces
}

/** Takes requests through a filter at once: each stage begins for all before it ends for any, now in this order, now in the other. */
export const travelTogether = async (
  plans: readonly JourneyPlan[],
  open: OpenFilter,
  breaches: BreachList
): Promise<readonly Trace[]> => {
  const journeys = plans.map(plan => new Journey(plan, open, breaches))
  for (const [i, stage] of STAGES.entries()) {
    const order = i % 2 === 0 ? journeys : journeys.toReversed()
    await Promise.all(order.map(journey => journey[stage]()))
  }
  return journeys.map(journey => journey.trace)
}
