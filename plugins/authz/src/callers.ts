import type { Exchange, Fact, PluginContext, Principal } from '@sluice/plugin-api'
import { Caller } from './caller.ts'
import type { GraphGroups } from './graph-groups.ts'
import { Person } from './person.ts'
import type { Policy } from './policy.ts'

/** Finds who asks: once an exchange, and what their token says once a token. */
export class Callers {
  readonly #policy: Policy
  readonly #groups: GraphGroups | undefined
  readonly #persons = new WeakMap<Principal, Person>()
  readonly #principalOf: Fact<Principal>
  readonly #callerOf: Fact<Caller>

  constructor(policy: Policy, groups: GraphGroups | undefined, ctx: PluginContext) {
    this.#policy = policy
    this.#groups = groups
    this.#principalOf = ctx.fact<Principal>('principal')
    this.#callerOf = ctx.perExchange<Caller>()
  }

  /** Who asks, with their groups: a promise only where those have to be found out. */
  of(x: Exchange): Caller | Promise<Caller> {
    const known = this.#callerOf.get(x)
    if (known !== undefined) return known
    const principal = this.#principalOf.get(x)
    if (principal === undefined || this.#groups === undefined)
      return this.#set(x, principal && this.#personOf(principal, principal.groups))
    const groups = this.#groups.of(principal)
    return groups instanceof Promise
      ? groups.then(found => this.#set(x, this.#personOf(principal, found)))
      : this.#set(x, this.#personOf(principal, groups))
  }

  /** Who sent a request, by their token alone. */
  personOf(x: Exchange): Person | undefined {
    const principal = this.#principalOf.get(x)
    return principal && this.#personOf(principal, principal.groups)
  }

  #set(x: Exchange, person: Person | undefined): Caller {
    const caller = new Caller(x, person, this.#policy.ofRequest)
    this.#callerOf.set(x, caller)
    return caller
  }

  /** Groups that were asked for anew are another list, and what was decided by the old one is not kept. */
  #personOf(principal: Principal, groups: Principal['groups']): Person {
    const known = this.#persons.get(principal)
    if (known !== undefined && known.principal.groups === groups) return known
    const person = new Person(groups === principal.groups ? principal : { ...principal, groups }, this.#policy.ofPerson)
    this.#persons.set(principal, person)
    return person
  }
}
