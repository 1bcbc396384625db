import type { Exchange, PluginContext, Principal } from '@sluice/plugin-api'
import { Caller } from './caller.ts'
import { Person } from './person.ts'
import type { Policy } from './policy.ts'

/** Finds who asks: once an exchange, and what their token says once a token. */
export class Callers {
  readonly #policy: Policy
  readonly #persons = new WeakMap<Principal, Person>()
  readonly #principalOf
  readonly #callerOf

  constructor(policy: Policy, ctx: PluginContext) {
    this.#policy = policy
    this.#principalOf = ctx.fact<Principal>('principal')
    this.#callerOf = ctx.perExchange<Caller>()
  }

  of(x: Exchange): Caller {
    const known = this.#callerOf.get(x)
    if (known !== undefined) return known
    const principal = this.#principalOf.get(x)
    const caller = new Caller(x, principal && this.#personOf(principal), this.#policy.ofRequest)
    this.#callerOf.set(x, caller)
    return caller
  }

  #personOf(principal: Principal): Person {
    let person = this.#persons.get(principal)
    if (person === undefined) this.#persons.set(principal, (person = new Person(principal, this.#policy.ofPerson)))
    return person
  }
}
