import type { Course, JourneyPlan } from './journey.ts'
import type { ConformanceOptions, RequestOptions } from './options.ts'
import { requests as odd } from './requests.ts'

/** What is tried with every filter: each request forwarded, without facts and with those that are given; and other ends of a few. */
export const plansOf = ({
  requests = [],
  facts
}: Pick<ConformanceOptions, 'requests' | 'facts'>): readonly JourneyPlan[] => {
  const all = [...requests, ...odd]
  const courses: readonly Course[] = ['refused in front', 'client gone']
  return [
    ...numbered('plain', all, 'forwarded', {}),
    ...(facts === undefined ? [] : numbered('facts', all, 'forwarded', facts)),
    ...courses.flatMap(course => numbered(course.replaceAll(' ', '-'), all.slice(0, 4), course, facts ?? {}))
  ]
}

/** What is tried with the filter of the route `-`, which a global entry gets for requests that no route matches. */
export const unmatchedPlans = (): readonly JourneyPlan[] => numbered('unmatched', odd, 'unmatched', {})

const numbered = (
  name: string,
  requests: readonly RequestOptions[],
  course: Course,
  facts: Readonly<Record<string, unknown>>
): readonly JourneyPlan[] =>
  requests.map((request, i) => ({ id: `${name}-${i + 1}`, request, message: i, course, facts }))
