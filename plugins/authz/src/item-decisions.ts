import type { ListedItem } from '@sluice/plugin-api'
import type { Caller } from './caller.ts'
import { mayUse } from './decision.ts'
import { questionOf } from './named-requests.ts'
import type { Policy, Rules, Verdict } from './policy.ts'
import { anyOf } from './question.ts'

/** Items that are decided by all rules before it is worth to find those that can hold for any of them. */
const FEW = 8

/** Decides about the items of a list, each as if it were called. */
export class ItemDecisions {
  readonly #policy: Policy
  readonly #caller: Caller
  /** How often a method came, and then the rules for it: those that can hold for what is called by it. */
  readonly #byMethod = new Map<string, number | Rules>()

  constructor(policy: Policy, caller: Caller) {
    this.#policy = policy
    this.#caller = caller
  }

  of(item: ListedItem): Verdict {
    const question = questionOf(item)
    return mayUse(this.#rulesFor(question.method, question.kind), question, this.#caller)
  }

  #rulesFor(method: string, kind: ReturnType<typeof questionOf>['kind']): Rules {
    const known = this.#byMethod.get(method) ?? 0
    if (typeof known !== 'number') return known
    const rules = known < FEW ? known + 1 : this.#policy.about(anyOf(method, kind), this.#caller)
    this.#byMethod.set(method, rules)
    return typeof rules === 'number' ? this.#policy : rules
  }
}
