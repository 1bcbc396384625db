/** What is wrong with a rule, and where in its text: an offset from 0. */
export class RuleFault extends Error {
  override name = 'RuleFault'
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}
