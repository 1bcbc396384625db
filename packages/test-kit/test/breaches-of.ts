import type { Filter, Plugin, PluginContext } from '@sluice/plugin-api'
import { conformance, ConformanceError, type ConformanceOptions } from '@sluice/test-kit'
import t, { type Test } from 'tap'
import good, { create, type GoodConfig } from './plugins/good.ts'

export const module = new URL('./plugins/good.ts', import.meta.url)
export const configs = [{ label: 'one' }, { label: 'two', limits: { perMinute: 1 } }]

/** What is said of a plugin; a process of its own gets the good one, since what is broken here stands in no file. */
export const breachesOf = async (
  plugin: object,
  options: Partial<ConformanceOptions> = {}
): Promise<readonly string[]> => {
  try {
    await conformance(plugin as Plugin, { module, configs, ...options })
    return []
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error
    const own = error.breaches.filter(({ message }) => !message.includes('is not the plugin'))
    return own.map(({ check, message }) => `${check}: ${message}`)
  }
}

/** The good plugin, with another filter than it makes. */
export const withFilter = (
  change: (filter: Filter, config: GoodConfig, ctx: PluginContext) => object,
  about: object = {}
): object => ({
  ...good,
  ...about,
  create: (config: GoodConfig, ctx: PluginContext) => change(create(config, ctx), config, ctx)
})

export const thrower = (message: string) => (): never => {
  throw new Error(message)
}

/** Tests that each of a plugin's faults is found, and nothing else. */
export const finds = (what: string, plugin: object, said: readonly RegExp[]): void =>
  void t.test(what, { buffered: true }, async t => isFound(t, await breachesOf(plugin), said))

export const isFound = (t: Test, breaches: readonly string[], said: readonly RegExp[]): void => {
  for (const pattern of said)
    t.ok(
      breaches.some(breach => pattern.test(breach)),
      `${pattern} is found`,
      { breaches }
    )
  const unexpected = breaches.filter(breach => !said.some(pattern => pattern.test(breach)))
  t.strictSame(unexpected, [], 'and nothing else')
}
