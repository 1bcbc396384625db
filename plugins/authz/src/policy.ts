import type { Caller } from './caller.ts'
import type { Reading } from './bindings.ts'
import { Compiler } from './compile.ts'
import { thingText } from './anchors.ts'
import { type Condition, negation } from './condition.ts'
import { PolicyFault, RuleFault } from './rule-fault.ts'
import { RuleIndex } from './rule-index.ts'
import type { RuleConfig } from './config.ts'
import { ERROR, FALSE, TRUE } from './outcome.ts'
import type { NamedQuestion, Question } from './question.ts'

/** What a rule does where its condition holds; `require` refuses where it does not. */
export type Effect = 'allow' | 'deny' | 'require'

/** A rule as the record names it. */
export interface Rule {
  /** Its id, else its place in the list: `rules[2]`. */
  readonly name: string
  /** Where it stands: `sluice.yaml:31:13`. */
  readonly place: string
}

/** What the rules say. */
export interface Verdict {
  readonly allowed: boolean
  /** A sentence for the record, with the rule and its place. */
  readonly reason: string
  /** Name of the rule that decided; none where nothing allows, or nothing is against it. */
  readonly rule: string | undefined
}

interface CompiledRule {
  readonly effect: Effect
  readonly condition: Condition
  readonly decides: Verdict
  readonly cannotTell: Verdict
}

/** The effect, the text and the key of a rule of the configuration. */
export const readRule = (config: RuleConfig): { readonly effect: Effect; readonly text: string } => {
  if (config.allow !== undefined) return { effect: 'allow', text: config.allow }
  return config.deny !== undefined
    ? { effect: 'deny', text: config.deny }
    : { effect: 'require', text: config.require ?? '' }
}

/** Decides by rules. */
export interface Rules {
  decide(question: NamedQuestion, caller: Caller): Verdict
}

/**
 * Decides by rules: a `deny` that holds or cannot be told refuses, so does a `require` that does not hold or cannot be
 * told; then one `allow` has to hold, if there is any.
 */
export class Policy implements Rules {
  readonly ofPerson: number
  readonly ofRequest: number
  /** Whether any rule names the caller: else signing in helps nobody. */
  readonly readsPerson: boolean
  readonly #refusing: RuleIndex<CompiledRule>
  readonly #allowing: RuleIndex<CompiledRule>
  readonly #needsAllow: boolean

  /** @throws PolicyFault with what is wrong with each of them */
  constructor(rules: readonly RuleConfig[], describe: (index: number) => Rule) {
    const compiler = new Compiler()
    const compiled = compileRules(rules, describe, compiler)
    const allowing = compiled.filter(({ effect }) => effect === 'allow')
    this.#allowing = new RuleIndex(allowing)
    this.#refusing = new RuleIndex(compiled.filter(({ effect }) => effect !== 'allow'))
    this.#needsAllow = allowing.length > 0
    this.ofPerson = compiler.ofPerson
    this.ofRequest = compiler.ofRequest
    this.readsPerson = compiler.readsPerson
  }

  decide(question: NamedQuestion, caller: Caller): Verdict {
    return this.#decide(question, caller, this.#refusing, this.#allowing)
  }

  /** The same decisions for things of one kind, by the rules alone that can hold for any of them: for long lists. */
  about(any: Question, caller: Caller): Rules {
    const refusing = this.#refusing.narrowed(({ condition }) => condition.ask(any, caller, REFUSING) !== FALSE)
    const allowing = this.#allowing.narrowed(({ condition }) => (condition.ask(any, caller, ALLOWING) & TRUE) !== 0)
    return { decide: (question, of) => this.#decide(question, of, refusing, allowing) }
  }

  #decide(
    question: NamedQuestion,
    caller: Caller,
    refusingRules: RuleIndex<CompiledRule>,
    allowingRules: RuleIndex<CompiledRule>
  ): Verdict {
    const text = thingText(question.kind, question.folded)
    let outcome = FALSE
    const refusing = refusingRules.find(text, ({ condition }) => {
      outcome = condition.ask(question, caller, REFUSING)
      return !(outcome & FALSE)
    })
    if (refusing !== undefined) return outcome === ERROR ? refusing.cannotTell : refusing.decides
    if (!this.#needsAllow) return UNOPPOSED
    const allowing = allowingRules.find(text, ({ condition }) => !!(condition.ask(question, caller, ALLOWING) & TRUE))
    return allowing === undefined ? NOT_ALLOWED : allowing.decides
  }
}

const ALLOWING: Reading = 'strict'
const REFUSING: Reading = 'lenient'
const UNOPPOSED: Verdict = Object.freeze({ allowed: true, reason: 'No rule is against it.', rule: undefined })
const NOT_ALLOWED: Verdict = Object.freeze({ allowed: false, reason: 'No rule allows it.', rule: undefined })

/** All of them, so that all that are wrong are told at once. @throws PolicyFault */
const compileRules = (rules: readonly RuleConfig[], describe: (index: number) => Rule, compiler: Compiler) => {
  const compiled: CompiledRule[] = []
  const faults = new Map<number, RuleFault>()
  for (const [index, rule] of rules.entries())
    try {
      compiled.push(compileRule(rule, describe(index), compiler))
    } catch (error) {
      if (!(error instanceof RuleFault)) throw error
      faults.set(index, error)
    }
  if (faults.size > 0) throw new PolicyFault(faults)
  return compiled
}

const compileRule = (config: RuleConfig, { name, place }: Rule, compiler: Compiler): CompiledRule => {
  const { effect, text } = readRule(config)
  const condition = compiler.compile(text, effect === 'deny')
  const allowed = effect === 'allow'
  const verdict = (what: string): Verdict =>
    Object.freeze({ allowed, reason: `The ${effect} rule ${name} (${place}) ${what}`, rule: name })
  return {
    effect,
    // To require something is to deny all that is not so.
    condition: effect === 'require' ? negation(condition) : condition,
    decides: verdict(allowed ? 'allows it.' : 'refuses it.'),
    cannotTell: verdict('cannot be told, which counts against the caller.')
  }
}
