import type { Reading } from './bindings.ts'
import type { Caller } from './caller.ts'
import { and, FALSE, not, or, type Outcome, TRUE } from './outcome.ts'
import type { Kind, Question } from './question.ts'

/**
 * Things of which alone a condition can be anything but the one outcome, by {@link thingKey} or {@link prefixKey};
 * `undefined` for all there are.
 */
export type Named = ReadonlySet<string> | undefined

/** Part of a rule, compiled. */
export interface Condition {
  /** Outside of these it is false. */
  readonly notFalse: Named
  /** Outside of these it is true. */
  readonly notTrue: Named
  /** Things that it names, by the same keys, whatever follows from them. */
  readonly named: ReadonlySet<string>
  /** What a question costs: conditions that cost nothing are asked first, which changes no outcome. */
  readonly cost: number
  ask(question: Question, caller: Caller, reading: Reading): Outcome
}

/** The key of a thing. */
export const thingKey = (kind: Kind | undefined, name: string): string => `${kind ?? ''} ${name}`

/** The key of all things of a kind whose names begin so. No kind begins with this sign. */
export const prefixKey = (kind: Kind, prefix: string): string => `^${kind} ${prefix}`

/** Whether a key is a {@link prefixKey}. */
export const isBeginning = (key: string): boolean => key.startsWith('^')

/** CEL's `!`. */
export const negation = (condition: Condition): Condition => ({
  notFalse: condition.notTrue,
  notTrue: condition.notFalse,
  named: condition.named,
  cost: condition.cost,
  ask: (question, caller, reading) => not(condition.ask(question, caller, reading))
})

/** CEL's `&&` of several. */
export const conjunction = (conditions: readonly Condition[]): Condition => {
  const parts = cheapestFirst(conditions)
  return {
    notFalse: smallest(parts.map(part => part.notFalse)),
    notTrue: union(parts.map(part => part.notTrue)),
    named: allNamed(parts),
    cost: costOf(parts),
    ask(question, caller, reading) {
      let outcome: Outcome = TRUE
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i]!.ask(question, caller, reading)
        if (part === FALSE) return FALSE
        outcome = and(outcome, part)
      }
      return outcome
    }
  }
}

/** CEL's `||` of several. */
export const disjunction = (conditions: readonly Condition[]): Condition => {
  const parts = cheapestFirst(conditions)
  return {
    notFalse: union(parts.map(part => part.notFalse)),
    notTrue: smallest(parts.map(part => part.notTrue)),
    named: allNamed(parts),
    cost: costOf(parts),
    ask(question, caller, reading) {
      let outcome: Outcome = FALSE
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i]!.ask(question, caller, reading)
        if (part === TRUE) return TRUE
        outcome = or(outcome, part)
      }
      return outcome
    }
  }
}

const cheapestFirst = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.toSorted((a, b) => a.cost - b.cost)

const costOf = (parts: readonly Condition[]): number => parts.reduce((sum, { cost }) => sum + cost, 0)

const allNamed = (parts: readonly Condition[]): ReadonlySet<string> =>
  new Set(parts.flatMap(({ named }) => Array.from(named)))

/** Things that are in all of them, or more than those: any one of them is enough. */
const smallest = (sets: readonly Named[]): Named =>
  sets.reduce((least, set) => (least === undefined || (set !== undefined && set.size < least.size) ? set : least))

const union = (sets: readonly Named[]): Named => {
  const all = new Set<string>()
  for (const set of sets) {
    if (set === undefined) return undefined
    for (const thing of set) all.add(thing)
  }
  return all
}
