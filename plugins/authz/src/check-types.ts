import { type CelEnv, type CelFunc, CelScalar, type CelType, listType, mapType } from '@bufbuild/cel'
import { type Expression, type Form, literalOf } from './expression.ts'
import { RuleFault } from './rule-fault.ts'
import { isFields, type RuleType, typeName, vocabulary } from './vocabulary.ts'

const { BOOL, BYTES, DOUBLE, DYN, INT, NULL, STRING, TYPE, UINT } = CelScalar
const CONSTANTS: Readonly<Record<string, CelType>> = {
  boolValue: BOOL,
  bytesValue: BYTES,
  doubleValue: DOUBLE,
  int64Value: INT,
  nullValue: NULL,
  stringValue: STRING,
  uint64Value: UINT
}
/** Names of types are values of CEL, too: `type(x) == string`. */
const TYPE_NAMES = new Set(['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint'])

type Names = ReadonlyMap<string, RuleType>
type OfForm<K extends Form['case']> = Extract<Form, { readonly case: K }>['value']

/** Where an expression begins in the rule's text. */
export type OffsetOf = (expression: Expression) => number

/**
 * Finds the type of an expression before it is ever run: `@bufbuild/cel` checks constants and names alone. Functions and
 * their overloads are those of the library.
 */
export class TypeChecker {
  readonly #env: CelEnv
  readonly #offsetOf: OffsetOf

  constructor(env: CelEnv, offsetOf: OffsetOf) {
    this.#env = env
    this.#offsetOf = offsetOf
  }

  /** @throws RuleFault for what is not bool, and for a name or an overload that does not exist */
  checkRule(rule: Expression): void {
    const type = this.typeOf(rule, new Map())
    if (type !== BOOL) throw this.#fault(rule, `a rule is true or false; this is ${typeName(type)}${advice(type)}`)
  }

  /** @throws RuleFault */
  typeOf(expression: Expression, names: Names): RuleType {
    const { exprKind } = expression
    switch (exprKind.case) {
      case 'constExpr':
        this.#mustBeHeld(expression, exprKind.value)
        return CONSTANTS[exprKind.value.constantKind.case ?? ''] ?? DYN
      case 'identExpr':
        return this.#ofName(expression, exprKind.value.name, names)
      case 'selectExpr':
        return this.#ofMember(expression, exprKind.value, names)
      case 'callExpr':
        return this.#ofCall(expression, exprKind.value, names)
      case 'listExpr':
        return listType(common(exprKind.value.elements.map(element => this.#valueOf(element, names))))
      case 'structExpr':
        return this.#ofMap(expression, exprKind.value, names)
      case 'comprehensionExpr':
        return this.#ofLoop(exprKind.value, names)
      default:
        throw this.#fault(expression, 'this is no expression')
    }
  }

  #ofName(at: Expression, name: string, names: Names): RuleType {
    const found = names.get(name) ?? (Object.hasOwn(vocabulary, name) ? vocabulary[name] : undefined)
    if (found !== undefined) return found
    if (TYPE_NAMES.has(name)) return TYPE
    throw this.#fault(at, `there is no ${name}; there are ${Object.keys(vocabulary).join(', ')}`)
  }

  #ofMember(at: Expression, { operand, field, testOnly }: OfForm<'selectExpr'>, names: Names): RuleType {
    const owner = this.typeOf(operand!, names)
    const type = this.#memberOf(testOnly ? operand! : at, owner, field)
    return testOnly ? BOOL : type
  }

  #memberOf(at: Expression, owner: RuleType, field: string): RuleType {
    if (isFields(owner)) {
      const refused =
        owner.refused !== undefined && Object.hasOwn(owner.refused, field) ? owner.refused[field] : undefined
      if (refused !== undefined) throw this.#fault(at, `${field} decides nothing here: ${refused}`)
      const known = Object.hasOwn(owner.fields, field) ? owner.fields[field] : owner.others
      if (known !== undefined) return known
      throw this.#fault(at, `there is no ${field} here; there are ${Object.keys(owner.fields).join(', ')}`)
    }
    if (owner.kind === 'map') return owner.value
    if (owner === DYN) return DYN
    throw this.#fault(at, `${typeName(owner)} has no member ${field}`)
  }

  #ofCall(at: Expression, call: OfForm<'callExpr'>, names: Names): RuleType {
    const { function: name, target, args } = call
    const isOwner = (place: number) => (name === '_[_]' && place === 0) || (name === '@in' && place === 1)
    const types = args.map((arg, place) => (isOwner(place) ? this.typeOf(arg, names) : this.#valueOf(arg, names)))
    const [first, second, third] = types
    if (name === '_&&_' || name === '_||_') {
      for (const arg of args) this.#mustBe(arg, BOOL, names)
      return BOOL
    }
    if (name === '_?_:_') {
      this.#mustBe(args[0]!, BOOL, names)
      return common([second!, third!])
    }
    if (name === '@not_strictly_false') return BOOL
    if (name === '_[_]') return this.#ofIndex(at, first!, args[1]!)
    if (name === 'matches' && literalOf(args.at(-1)!) === undefined)
      throw this.#fault(at, 'the pattern of matches() is a text in the rule, which is compiled when it loads')
    const owner = target === undefined ? undefined : this.typeOf(target, names)
    return this.#ofFunction(at, name, owner, types)
  }

  #ofFunction(at: Expression, name: string, owner: RuleType | undefined, types: readonly RuleType[]): RuleType {
    const [left, right] = types
    if (name === '_==_' || name === '_!=_') this.#mustBeComparable(at, left!, right!)
    if (name === '@in' && right !== undefined && !isFields(right) && right.kind === 'list')
      this.#mustBeComparable(at, left!, right.element)
    const overloads = [...(this.#env.funcs.find(name) ?? [])]
    const shown = operatorOf(name)
    if (overloads.length === 0) throw this.#fault(at, `there is no function ${shown}`)
    const fitting = overloads.filter(overload => fits(overload, owner, types))
    if (fitting.length > 0) return common(fitting.map(({ result }) => result))
    const given = types.map(typeName).join(', ')
    throw this.#fault(at, `${shown} does not take ${owner === undefined ? given : `${typeName(owner)} (${given})`}`)
  }

  #ofIndex(at: Expression, owner: RuleType, index: Expression): RuleType {
    const member = literalOf(index)
    if (isFields(owner)) {
      // As `mcp.tool.name`, so that it is found by it.
      if (member !== undefined) return this.#memberOf(at, owner, member)
      throw this.#fault(at, 'a member is named by a text in the rule: jwt["name"]')
    }
    if (owner.kind === 'list') return owner.element
    if (owner.kind === 'map') return owner.value
    if (owner === DYN) return DYN
    throw this.#fault(at, `${typeName(owner)} has no members`)
  }

  #ofMap(at: Expression, { entries, messageName }: OfForm<'structExpr'>, names: Names): RuleType {
    if (messageName !== '') throw this.#fault(at, `there is no type ${messageName}`)
    for (const { keyKind, value } of entries) {
      if (keyKind.case === 'mapKey') this.typeOf(keyKind.value, names)
      this.#valueOf(value!, names)
    }
    return mapType(DYN, DYN)
  }

  /**
   * A loop in a loop over what the caller sent would take as long as its size squared, and so does a list that is built of it,
   * whose parts the library chains.
   */
  #ofLoop(loop: OfForm<'comprehensionExpr'>, names: Names): RuleType {
    const range = this.typeOf(loop.iterRange!, names)
    const element = elementOf(range)
    if (element === undefined) throw this.#fault(loop.iterRange!, `${typeName(range)} is no list and no map`)
    if (names.has(IN_A_LOOP) && range.kind !== 'list')
      throw this.#fault(
        loop.iterRange!,
        'a loop in a loop goes over a list in the rule, or over scopes, roles or groups'
      )
    const sum = this.typeOf(loop.accuInit!, names)
    const builds = !isFields(sum) && sum.kind === 'list'
    if (builds && range.kind !== 'list')
      throw this.#fault(
        loop.iterRange!,
        'map() and filter() go over a list in the rule, or over scopes, roles or groups; exists(), exists_one() and all() over anything'
      )
    const sumType = builds ? listType(DYN) : sum
    const inside = new Map([...names, [IN_A_LOOP, BOOL], [loop.iterVar, element], [loop.accuVar, sumType]] as const)
    this.typeOf(loop.loopCondition!, inside)
    this.typeOf(loop.loopStep!, inside)
    return this.typeOf(loop.result!, inside)
  }

  /** What is not a member of something else: what holds names is only taken apart. */
  #valueOf(at: Expression, names: Names): RuleType {
    const type = this.typeOf(at, names)
    if (isFields(type) && at.exprKind.case !== 'identExpr' && type.others === undefined)
      throw this.#fault(at, `name one of its members: ${Object.keys(type.fields).join(', ')}`)
    if (isFields(type) && at.exprKind.case === 'identExpr')
      throw this.#fault(
        at,
        `name one of the members of ${at.exprKind.value.name}: ${Object.keys(type.fields).join(', ')}`
      )
    return type
  }

  /** Values of two types are never the same: the rule would say nothing. */
  #mustBeComparable(at: Expression, one: RuleType, other: RuleType): void {
    if (isFields(one) || isFields(other) || one === DYN || other === DYN) return
    if (kindOf(one) !== kindOf(other))
      throw this.#fault(at, `${typeName(one)} and ${typeName(other)} are never the same`)
  }

  /** Numbers of callers are doubles, and none is exactly this one. */
  #mustBeHeld(at: Expression, { constantKind }: OfForm<'constExpr'>): void {
    if (constantKind.case !== 'int64Value' && constantKind.case !== 'uint64Value') return
    if (constantKind.value > MOST_INTEGER || constantKind.value < -MOST_INTEGER)
      throw this.#fault(at, `no number of a caller is compared with this one: integers reach to ${MOST_INTEGER}`)
  }

  #mustBe(at: Expression, type: CelType, names: Names): void {
    const found = this.typeOf(at, names)
    if (found !== type && found !== DYN)
      throw this.#fault(at, `this is ${typeName(found)}, where ${typeName(type)} belongs`)
  }

  #fault(at: Expression, message: string): RuleFault {
    return new RuleFault(message, this.#offsetOf(at))
  }
}

const MOST_INTEGER = BigInt(Number.MAX_SAFE_INTEGER)

const kindOf = (type: CelType): string =>
  [INT, UINT, DOUBLE].some(one => one === type) ? 'number' : type.kind === 'scalar' ? type.name : type.kind

/** No name of CEL has a space. */
const IN_A_LOOP = 'in a loop'

const elementOf = (range: RuleType): CelType | undefined => {
  if (range === DYN || isFields(range)) return DYN
  if (range.kind === 'list') return range.element
  return range.kind === 'map' ? range.key : undefined
}

const fits = (
  { target, arguments: wanted }: CelFunc,
  owner: RuleType | undefined,
  types: readonly RuleType[]
): boolean =>
  (target === undefined) === (owner === undefined) &&
  (target === undefined || accepts(target, owner!)) &&
  wanted.length === types.length &&
  wanted.every((want, i) => accepts(want, types[i]!))

const accepts = (wanted: CelType, given: RuleType): boolean =>
  wanted === DYN || given === DYN || (isFields(given) ? wanted.kind === 'map' : wanted.name === given.name)

/** Their type, if they have one. */
const common = (types: readonly RuleType[]): CelType => {
  const [first] = types
  if (first === undefined || isFields(first)) return DYN
  return types.every(type => !isFields(type) && type.toString() === first.toString()) ? first : DYN
}

/** `_==_` as it is written: `==`. */
const operatorOf = (name: string): string => (name === '@in' ? 'in' : name.replaceAll('_', '') || name)

const advice = (type: RuleType): string =>
  type === DYN ? ', of a type that nobody knows: compare it, as with == true' : ''
