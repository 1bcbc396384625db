import type { Finding } from './issue.ts'
import type { EntrySettings } from './settings.ts'

/**
 * Checks one chain: a fact that a filter requires must come from a filter before it, and only one filter may provide it.
 * Findings stand at the entry that is in the wrong.
 */
export const checkFacts = (chain: readonly EntrySettings[], known: readonly EntrySettings[]): Finding[] => {
  const providers = new Map<string, EntrySettings>()
  return chain.flatMap(entry => {
    const required = requiredBy(entry)
    if (required instanceof Error) return [brokenRequires(entry, required)]
    const missing = required.filter(fact => !providers.has(fact))
    const doubled = (entry.plugin.provides ?? []).filter(fact => providers.has(fact))
    const rivals = doubled.map(fact => rivalry(entry, fact, providers.get(fact)!))
    for (const fact of entry.plugin.provides ?? []) if (!providers.has(fact)) providers.set(fact, entry)
    return [...missing.map(fact => missingFact(entry, fact, known)), ...rivals]
  })
}

const requiredBy = (entry: EntrySettings): readonly string[] | Error => {
  try {
    return entry.plugin.requires?.(entry.config as object) ?? []
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

const brokenRequires = (entry: EntrySettings, error: Error): Finding => ({
  path: entry.path,
  atKey: true,
  message: `requires() of ${entry.name} threw: ${error.message}`,
  advice: 'Tell the author of the plugin.'
})

const missingFact = (entry: EntrySettings, fact: string, known: readonly EntrySettings[]): Finding => {
  const provider = known.find(({ plugin }) => plugin.provides?.includes(fact) === true)?.name
  const hint = provider ?? (fact === 'principal' ? 'jwt-entra' : undefined)
  return {
    path: entry.path,
    atKey: true,
    message: `${entry.name} needs the fact "${fact}", which no filter before it provides`,
    advice: `Put ${hint ?? `a filter that provides ${fact}`} in front of it.`
  }
}

const rivalry = (entry: EntrySettings, fact: string, first: EntrySettings): Finding => ({
  path: entry.path,
  atKey: true,
  message: `${entry.identity} and ${first.identity} both provide the fact "${fact}" in one chain`,
  advice: 'Keep one of them.'
})
