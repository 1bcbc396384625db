import { adoptPlugin } from '@sluice/core'
import type { Plugin } from '@sluice/plugin-api'
import { checkBehaviour } from './behaviour.ts'
import { BreachList, ConformanceError } from './breach.ts'
import { acceptedConfigs } from './configuration-rules.ts'
import { checkInFreshProcess } from './fresh-process.ts'
import type { ConformanceOptions } from './options.ts'
import { plansOf } from './plans.ts'
import { checkPlugin, checkRequires } from './plugin-form.ts'
import { checkSchema } from './schema-form.ts'
import type { Json } from './subschemas.ts'

/**
 * Checks that a plugin keeps the contract of `@sluice/plugin-api`. Fits any test runner that takes a rejected promise for
 * a failure.
 *
 * @example
 * ```ts
 * test('keeps the contract', () =>
 *   conformance(plugin, { module: new URL('../index.ts', import.meta.url), configs: [{ from: 8, to: 18 }] }))
 * ```
 *
 * @throws ConformanceError with every breach that was found
 * @throws TypeError without a configuration to try
 */
export const conformance = async <Config>(plugin: Plugin<Config>, options: ConformanceOptions): Promise<void> => {
  if (options.configs.length === 0) throw new TypeError('conformance wants at least one configuration to try')
  const breaches = new BreachList()
  await check(plugin, options, breaches)
  if (breaches.all.length > 0) throw new ConformanceError(plugin.name, breaches.all)
}

const check = async (plugin: Plugin, options: ConformanceOptions, breaches: BreachList): Promise<void> => {
  const adopted = adoptPlugin('the module', plugin)
  if (!adopted.ok) return breaches.add('plugin', adopted.message)
  checkPlugin(plugin, breaches)
  checkSchema(plugin.configSchema as Json, breaches)
  const configs = acceptedConfigs(options.configs, adopted.validator, breaches)
  const plans = plansOf(options)
  const { directory = process.cwd() } = options
  for (const [i, config] of configs.entries()) {
    checkRequires(plugin, config, breaches)
    const other = configs[(i + 1) % configs.length]!
    const making = { plugin, config, directory, breaches }
    await checkBehaviour(making, { ...making, config: other }, plans, options)
  }
  await checkInFreshProcess(
    { ...options, directory, module: String(options.module), name: plugin.name, configs },
    breaches
  )
}
