import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

const alone = process.argv[1]?.includes('fresh-process-main') === true

/** Never comes to an end where it is alone. */
export default {
  ...good,
  name: 'waiting',
  create: (config: GoodConfig, ctx: PluginContext) => (alone ? new Promise<never>(() => {}) : create(config, ctx))
}
