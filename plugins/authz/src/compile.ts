import { celEnv, parse, plan } from '@bufbuild/cel'
import { Bindings } from './bindings.ts'
import { checkTexts } from './check-texts.ts'
import { type OffsetOf, TypeChecker } from './check-types.ts'
import { type Condition, conjunction, disjunction, negation } from './condition.ts'
import { equality } from './equality.ts'
import { type Expression, literalOf, partsOf, pathOf } from './expression.ts'
import { literalTest } from './literal-test.ts'
import { questionTexts } from './named-value.ts'
import { ANY, ERROR, FALSE, TRUE } from './outcome.ts'
import { Patterns } from './patterns.ts'
import { isOpen } from './question.ts'
import { RuleFault } from './rule-fault.ts'
import { syntaxFault } from './syntax-fault.ts'
import { unrolled } from './unrolled.ts'

/** A part that CEL works out costs about a hundred times what a comparison with a literal does. */
const CEL_COST = 100

/** Compiles the rules of one policy. */
export class Compiler {
  readonly #patterns = new Patterns()
  readonly #env = celEnv<Record<string, never>>({ re2: this.#patterns, funcs: [...equality()] })
  /** Whether any rule names the caller. */
  readsPerson = false
  /** How many conditions there are on the token alone, and on the HTTP request. */
  ofPerson = 0
  ofRequest = 0

  /**
   * Compiles a rule that refuses where it is true, or one that lets through. What would refuse holds for names in any letter
   * case, since a server may not mind the case; what lets through wants them as they are spelled.
   *
   * @throws RuleFault
   */
  compile(text: string, refuses: boolean): Condition {
    const { expr, sourceInfo } = parsed(text)
    const offsetOf: OffsetOf = ({ id }) => sourceInfo?.positions[String(id)] ?? 0
    new TypeChecker(this.#env, offsetOf).checkRule(expr)
    checkTexts(expr, offsetOf)
    this.readsPerson ||= readsPerson(rootsOf(expr))
    return this.#condition(expr, refuses, offsetOf)
  }

  #condition(expression: Expression, refuses: boolean, offsetOf: OffsetOf): Condition {
    const compiled = (part: Expression) => this.#condition(part, refuses, offsetOf)
    const parts = (operator: string) => operandsOf(expression, operator).map(compiled)
    switch (operatorOf(expression)) {
      case '_&&_':
        return conjunction(parts('_&&_'))
      case '_||_':
        return disjunction(parts('_||_'))
      case '!_':
        return negation(this.#condition(operandsOf(expression, '!_')[0]!, !refuses, offsetOf))
      default: {
        this.#compilePatterns(expression, offsetOf)
        const loop = unrolled(expression)
        if (loop !== undefined) return (loop.operator === '_||_' ? disjunction : conjunction)(loop.parts.map(compiled))
        const test = literalTest(expression, { patterns: this.#patterns, refuses })
        if (test !== undefined) return test
        if (readsNamesAlone(expression)) throw new RuleFault(ONLY_WITH_TEXTS, offsetOf(expression))
        return this.#evaluation(expression)
      }
    }
  }

  #compilePatterns(expression: Expression, offsetOf: OffsetOf): void {
    const { exprKind } = expression
    if (exprKind.case === 'callExpr' && exprKind.value.function === 'matches') {
      const pattern = exprKind.value.args.at(-1)!
      try {
        this.#patterns.compile(literalOf(pattern)!)
      } catch (error) {
        throw new RuleFault(`this is no pattern: ${(error as Error).message}`, offsetOf(pattern))
      }
    }
    for (const part of partsOf(expression)) this.#compilePatterns(part, offsetOf)
  }

  /** What CEL itself works out: kept for the token or the request, where it depends on nothing else. */
  #evaluation(expression: Expression): Condition {
    const planned = plan(this.#env, expression)
    const roots = rootsOf(expression)
    const ofSomebody = readsPerson(roots)
    const evaluate: Condition['ask'] = (question, caller, reading) => {
      if (ofSomebody && caller.person === undefined) return ERROR
      const value = planned(new Bindings(question, caller, reading) as never)
      return value === true ? TRUE : value === false ? FALSE : ERROR
    }
    const whole = { notFalse: undefined, notTrue: undefined, cost: CEL_COST }
    if (roots.has('mcp')) {
      const open = readsArguments(expression)
      return {
        ...whole,
        ask: (q, caller, reading) => (q.name === undefined || (open && isOpen(q)) ? ANY : evaluate(q, caller, reading))
      }
    }
    const ofRequest = roots.has('request') || roots.has('source') || !ofSomebody
    const place = ofRequest ? this.ofRequest++ : this.ofPerson++
    return {
      ...whole,
      ask(question, caller, reading) {
        const kept = ofRequest ? caller.outcomes : caller.person?.outcomes
        return kept === undefined ? ERROR : (kept[place] ||= evaluate(question, caller, reading))
      }
    }
  }
}

const ONLY_WITH_TEXTS =
  'a name is compared with texts of the rule, by ==, !=, in a list, startsWith(), endsWith(), contains() or matches(): else letter case would get round the rule'

/** Whether nothing but names of things decides. */
const readsNamesAlone = (expression: Expression): boolean =>
  readsName(expression) && !readsArguments(expression) && Array.from(rootsOf(expression)).every(root => root === 'mcp')

const readsName = (expression: Expression): boolean =>
  questionTexts.get(pathOf(expression) ?? '')?.ofThing !== undefined || partsOf(expression).some(readsName)

const parsed = (text: string): ReturnType<typeof parse> => {
  try {
    return parse(text)
  } catch (error) {
    const { rawMessage, message, location } = error as Error & {
      readonly rawMessage?: string
      readonly location?: { readonly start?: { readonly offset?: number } }
    }
    throw syntaxFault(text) ?? new RuleFault(rawMessage ?? message, location?.start?.offset ?? 0)
  }
}

const operatorOf = ({ exprKind }: Expression): string | undefined =>
  exprKind.case === 'callExpr' ? exprKind.value.function : undefined

/** Operands of an operator; those of the same operator below it are its own. */
const operandsOf = ({ exprKind }: Expression, operator: string): readonly Expression[] =>
  exprKind.case !== 'callExpr'
    ? []
    : exprKind.value.args.flatMap(arg =>
        operator !== '!_' && operatorOf(arg) === operator ? operandsOf(arg, operator) : [arg]
      )

/** Variables that an expression names. Those of its loops count, too, which no rule is the worse for. */
const rootsOf = (expression: Expression, found = new Set<string>()): ReadonlySet<string> => {
  if (expression.exprKind.case === 'identExpr') found.add(pathOf(expression)!)
  for (const part of partsOf(expression)) rootsOf(part, found)
  return found
}

const readsPerson = (roots: ReadonlySet<string>): boolean => roots.has('principal') || roots.has('jwt')

/** Whether it reads more of `mcp` than what has a name. */
const readsArguments = (expression: Expression): boolean => {
  const { exprKind } = expression
  if (questionTexts.has(pathOf(expression) ?? '')) return false
  if (exprKind.case === 'identExpr') return exprKind.value.name.replace(/^\./, '') === 'mcp'
  return partsOf(expression).some(readsArguments)
}
