import { ConfigFault, type PluginContext } from '@sluice/plugin-api'
import type { RuleConfig } from './config.ts'
import { Policy, readRule } from './policy.ts'
import { RuleFault } from './rule-fault.ts'

/** Compiles the rules of an entry. @throws ConfigFault at the rule that is in the wrong */
export const readPolicy = (rules: readonly RuleConfig[], ctx: PluginContext): Policy => {
  refuseRepeatedIds(rules)
  let read = 0
  try {
    return new Policy(rules, index => {
      read = index
      const { effect } = readRule(rules[index]!)
      return { name: rules[index]!.id ?? `rules[${index}]`, place: ctx.placeOf(['rules', index, effect]) }
    })
  } catch (error) {
    if (!(error instanceof RuleFault)) throw error
    const { effect, text } = readRule(rules[read]!)
    throw new ConfigFault(['rules', read, effect], `${placeIn(text, error.offset)}: ${error.message}`)
  }
}

/** Two rules of one id could not be told apart in the record. */
const refuseRepeatedIds = (rules: readonly RuleConfig[]): void => {
  const ids = rules.map(({ id }) => id)
  const repeated = ids.findIndex((id, i) => id !== undefined && ids.indexOf(id) < i)
  if (repeated !== -1) throw new ConfigFault(['rules', repeated, 'id'], 'another rule has this id')
}

/** Line and column, both counted from 1, in a rule that may have several lines. */
const placeIn = (text: string, offset: number): string => {
  const before = text.slice(0, offset).split('\n')
  const column = `column ${before.at(-1)!.length + 1}`
  return text.includes('\n') ? `line ${before.length}, ${column} of the rule` : `${column} of the rule`
}
