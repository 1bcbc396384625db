import type { Challenge, Deadline, Decision, HeaderList, Reply } from '@sluice/plugin-api'

/** What a filter did about one request. */
export interface Trace {
  readonly reply: unknown
  readonly decisions: readonly Decision[]
  readonly deadlines: readonly Deadline[]
  /** Facts that it set, by name. */
  readonly facts: Readonly<Record<string, unknown>>
  /** Params of its message, as it left them. */
  readonly params: unknown
  readonly upstreamFields: HeaderList
  readonly responseFields: HeaderList
  readonly challenges: unknown
  /** What it made of the result. */
  readonly result: unknown
}

/** A reply as a value that can be compared. */
export const plainReply = (reply: Reply | undefined): unknown =>
  reply && { ...reply, challenges: plainChallenges(reply.challenges ?? []), body: reply.body?.toString() }

/** Challenges as values that can be compared. */
export const plainChallenges = (challenges: readonly Challenge[]): unknown =>
  challenges.map(({ scheme, params, scopes, qualify }) => ({
    scheme,
    params: [...params],
    scopes: scopes?.map(scope => qualify?.(scope) ?? scope)
  }))

/** A point in which two traces differ. */
export interface Difference {
  readonly at: string
  readonly one: string
  readonly other: string
}

/** Where two traces differ, except in the points that are to be left out. */
export const differences = (
  one: Trace,
  other: Trace,
  except: ReadonlySet<string> = new Set()
): readonly Difference[] => {
  const [ours, theirs] = [flat(one), flat(other)]
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap(at => {
    const difference = { at, one: ours.get(at) ?? 'nothing', other: theirs.get(at) ?? 'nothing' }
    return except.has(at) || difference.one === difference.other ? [] : [difference]
  })
}

const flat = (value: unknown, at = ''): ReadonlyMap<string, string> => {
  if (typeof value !== 'object' || value === null) return new Map([[at, JSON.stringify(value) ?? String(value)]])
  const entries = Object.entries(value).map(([key, inner]) => flat(inner, at === '' ? key : `${at}.${key}`))
  return new Map(entries.flatMap(map => [...map]))
}
