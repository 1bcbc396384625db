import { type Anchors, best, together } from './anchors.ts'
import type { Reading } from './bindings.ts'
import type { Caller } from './caller.ts'
import { and, FALSE, not, or, type Outcome, TRUE } from './outcome.ts'
import type { Question } from './question.ts'

/** Part of a rule, compiled. */
export interface Condition {
  /** Where none of these is, it is false. */
  readonly notFalse: Anchors
  /** Where none of these is, it is true. */
  readonly notTrue: Anchors
  /** What a question costs: conditions that cost nothing are asked first, which changes no outcome. */
  readonly cost: number
  ask(question: Question, caller: Caller, reading: Reading): Outcome
}

/** CEL's `!`. */
export const negation = (condition: Condition): Condition => ({
  notFalse: condition.notTrue,
  notTrue: condition.notFalse,
  cost: condition.cost,
  ask: (question, caller, reading) => not(condition.ask(question, caller, reading))
})

/** CEL's `&&` of several. */
export const conjunction = (conditions: readonly Condition[]): Condition => {
  const parts = cheapestFirst(conditions)
  return {
    notFalse: best(parts.map(part => part.notFalse)),
    notTrue: together(parts.map(part => part.notTrue)),
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
    notFalse: together(parts.map(part => part.notFalse)),
    notTrue: best(parts.map(part => part.notTrue)),
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
