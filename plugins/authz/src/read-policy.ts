import { ConfigFault, type PluginContext } from '@sluice/plugin-api'
import type { RuleConfig } from './config.ts'
import { Policy, readRule } from './policy.ts'
import { PolicyFault, type RuleFault } from './rule-fault.ts'

/** Compiles the rules of an entry. @throws ConfigFault at a rule that is in the wrong; AggregateError of them for several */
export const readPolicy = (rules: readonly RuleConfig[], ctx: PluginContext): Policy => {
  const faults = repeatedIds(rules)
  try {
    const policy = new Policy(rules, index => {
      const { effect } = readRule(rules[index]!)
      return { name: rules[index]!.id ?? `rules[${index}]`, place: ctx.placeOf(['rules', index, effect]) }
    })
    if (faults.length === 0) return policy
  } catch (error) {
    if (!(error instanceof PolicyFault)) throw error
    for (const [index, fault] of error.faults) faults.push(faultAt(rules, index, fault))
  }
  throw faults.length === 1 ? faults[0]! : new AggregateError(faults, faults.map(({ message }) => message).join('\n'))
}

/** Two rules of one id could not be told apart in the record. */
const repeatedIds = (rules: readonly RuleConfig[]): ConfigFault[] => {
  const ids = new Set<string>()
  const faults: ConfigFault[] = []
  for (const [index, { id }] of rules.entries()) {
    if (id === undefined) continue
    if (ids.has(id)) faults.push(new ConfigFault(['rules', index, 'id'], 'another rule has this id'))
    ids.add(id)
  }
  return faults
}

const faultAt = (rules: readonly RuleConfig[], index: number, { offset, message }: RuleFault): ConfigFault => {
  const { effect, text } = readRule(rules[index]!)
  return new ConfigFault(['rules', index, effect], `${placeIn(text, offset)}: ${message}`)
}

/** Line and column, both counted from 1, in a rule that may have several lines. */
const placeIn = (text: string, offset: number): string => {
  const before = text.slice(0, offset).split('\n')
  const column = `column ${before.at(-1)!.length + 1}`
  return text.includes('\n') ? `line ${before.length}, ${column} of the rule` : `${column} of the rule`
}
