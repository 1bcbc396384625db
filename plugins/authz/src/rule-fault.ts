/** What is wrong with a rule, and where in its text: an offset from 0. */
export class RuleFault extends Error {
  override name = 'RuleFault'
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** What is wrong with the rules of a policy, by their places in the list. */
export class PolicyFault extends Error {
  override name = 'PolicyFault'
  readonly faults: ReadonlyMap<number, RuleFault>

  constructor(faults: ReadonlyMap<number, RuleFault>) {
    super(Array.from(faults, ([index, { message }]) => `rules[${index}]: ${message}`).join('\n'))
    this.faults = faults
  }
}
