import type { Caller } from './caller.ts'
import type { Reading } from './bindings.ts'
import { Compiler } from './compile.ts'
import { type Condition, negation, thingKey } from './condition.ts'
import { Names } from './names.ts'
import { RuleIndex } from './rule-index.ts'
import type { RuleConfig } from './config.ts'
import { ERROR, FALSE, TRUE } from './outcome.ts'
import type { Question } from './question.ts'

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

/**
 * Decides by rules: a `deny` that holds or cannot be told refuses, so does a `require` that does not hold or cannot be
 * told; then one `allow` has to hold, if there is any.
 */
export class Policy {
  readonly ofPerson: number
  readonly ofRequest: number
  /** Whether any rule names the caller: else signing in helps nobody. */
  readonly readsPerson: boolean
  readonly #refusing: RuleIndex<CompiledRule>
  readonly #allowing: RuleIndex<CompiledRule>
  readonly #needsAllow: boolean
  readonly #named: Names

  /** @throws RuleFault in the rule that was described last */
  constructor(rules: readonly RuleConfig[], describe: (index: number) => Rule) {
    const compiler = new Compiler()
    const compiled = rules.map((rule, index) => compileRule(rule, describe(index), compiler))
    const allowing = compiled.filter(({ effect }) => effect === 'allow')
    this.#allowing = new RuleIndex(allowing)
    this.#refusing = new RuleIndex(compiled.filter(({ effect }) => effect !== 'allow'))
    this.#needsAllow = allowing.length > 0
    this.#named = new Names(compiled.flatMap(({ condition }) => Array.from(condition.named)))
    this.ofPerson = compiler.ofPerson
    this.ofRequest = compiler.ofRequest
    this.readsPerson = compiler.readsPerson
  }

  /** Whether a thing is called like one that rules name, or begins like one, but for the case, which some servers do not mind. */
  isNamedInOtherCase({ kind, name }: Question): boolean {
    return this.#named.haveInOtherCase(thingKey(kind, name))
  }

  decide(question: Question, caller: Caller): Verdict {
    const key = thingKey(question.kind, question.name)
    let outcome = FALSE
    const refusing = this.#refusing.find(key, ({ condition }) => {
      outcome = condition.ask(question, caller, REFUSING)
      return !(outcome & FALSE)
    })
    if (refusing !== undefined) return outcome === ERROR ? refusing.cannotTell : refusing.decides
    if (!this.#needsAllow) return UNOPPOSED
    const allowing = this.#allowing.find(key, ({ condition }) => !!(condition.ask(question, caller, ALLOWING) & TRUE))
    return allowing === undefined ? NOT_ALLOWED : allowing.decides
  }
}

const ALLOWING: Reading = 'strict'
const REFUSING: Reading = 'lenient'
const UNOPPOSED: Verdict = Object.freeze({ allowed: true, reason: 'No rule is against it.', rule: undefined })
const NOT_ALLOWED: Verdict = Object.freeze({ allowed: false, reason: 'No rule allows it.', rule: undefined })

const compileRule = (config: RuleConfig, { name, place }: Rule, compiler: Compiler): CompiledRule => {
  const { effect, text } = readRule(config)
  const condition = compiler.compile(text)
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
