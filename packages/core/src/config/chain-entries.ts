import type { Finding } from './issue.ts'
import type { EntrySettings, Settings } from './settings.ts'

/**
 * The entries of a chain, in order: what every chain has and this one lacks, the global ones, the route's own. Those whose
 * plugin belongs behind who provides a fact stand there.
 */
export const chainEntries = (
  { inEveryChain, filters }: Pick<Settings, 'inEveryChain' | 'filters'>,
  ofRoute: readonly EntrySettings[] = []
): readonly EntrySettings[] => {
  const written = [...filters, ...ofRoute]
  return withFollowers([...inEveryChain.filter(({ plugin }) => !written.some(isOf(plugin.name))), ...written])
}

const withFollowers = (written: readonly EntrySettings[]): readonly EntrySettings[] => {
  const followers = written.filter(({ plugin }, i) => written.slice(i + 1).some(provides(plugin.behind)))
  if (followers.length === 0) return written
  return written.flatMap(entry =>
    followers.includes(entry) ? [] : [entry, ...followers.filter(({ plugin }) => provides(plugin.behind)(entry))]
  )
}

const provides =
  (fact: string | undefined) =>
  ({ plugin }: EntrySettings): boolean =>
    fact !== undefined && plugin.provides?.includes(fact) === true

/** Whether an entry is one of a plugin. */
export const isOf =
  (plugin: string) =>
  (entry: EntrySettings): boolean =>
    entry.plugin.name === plugin

/** Checks that what every chain must have stands ahead of the filter that finds out who calls. */
export const checkOrder = (chain: readonly EntrySettings[], inEveryChain: readonly EntrySettings[]): Finding[] => {
  const provider = chain.findIndex(({ plugin }) => plugin.provides?.includes('principal') === true)
  if (provider === -1) return []
  return chain
    .slice(provider)
    .filter(entry => inEveryChain.some(isOf(entry.plugin.name)))
    .map(entry => ({
      path: entry.path,
      atKey: true,
      message: `${entry.identity} stands behind ${chain[provider]!.identity}, and would come too late`,
      advice: `Put ${entry.name} in front of ${chain[provider]!.name}.`
    }))
}
