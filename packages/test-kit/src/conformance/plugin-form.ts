import type { Plugin } from '@sluice/plugin-api'
import type { BreachList } from './breach.ts'

/** Semantic Versioning 2.0.0, without build metadata. */
const VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?$/
const FACT = /^[a-z][A-Za-z0-9-]*$/

/** Checks what a plugin says of itself; that the core takes it at all has been checked before. */
export const checkPlugin = ({ name, version, reads = [], provides = [] }: Plugin, breaches: BreachList): void => {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) breaches.add('plugin', `name "${name}" is not kebab-case`)
  if (!VERSION.test(version)) breaches.add('plugin', `version "${version}" is not of the form 1.2.3`)
  for (const [member, facts] of Object.entries({ reads, provides })) checkFactNames(member, facts, breaches)
}

/** Checks the facts that an earlier filter must provide, for one configuration. */
export const checkRequires = (plugin: Plugin, config: object, breaches: BreachList): void => {
  try {
    const required: unknown = plugin.requires?.(config) ?? []
    checkFactNames('requires()', required, breaches)
    const own = plugin.provides?.find(fact => [required].flat().includes(fact))
    if (own !== undefined) breaches.add('plugin', `it requires "${own}", which it provides itself`)
  } catch (error) {
    breaches.add('plugin', `requires() threw: ${String(error)}`)
  }
}

const checkFactNames = (member: string, facts: unknown, breaches: BreachList): void => {
  if (!Array.isArray(facts)) return breaches.add('plugin', `${member} is no list of facts`)
  for (const fact of facts as unknown[]) {
    if (typeof fact !== 'string' || !FACT.test(fact)) {
      breaches.add('plugin', `${member} names ${JSON.stringify(fact)}: a fact is a word such as principal`)
    }
  }
  if (new Set(facts).size < facts.length) breaches.add('plugin', `${member} names a fact twice`)
}
