import type { ObservedFetch } from './observed-fetch.ts'
import { StepError, type StepName } from './step.ts'

/** The error of a step: what was observed of its requests, then what was thrown. One that names a step stays. */
export const stepFailure = (step: StepName, observed: ObservedFetch, error: unknown): StepError => {
  if (error instanceof StepError) return error
  const seen = [observed.failure(step), error instanceof Error ? causes(error) : String(error)]
  return new StepError(step, seen.filter(part => part !== undefined).join('; '), { cause: error })
}

/** fetch says only `fetch failed`; why stands in the cause. */
const causes = (error: Error): string =>
  error.cause instanceof Error ? `${error.message}: ${causes(error.cause)}` : error.message
