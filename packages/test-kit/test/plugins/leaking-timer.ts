import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Leaves a timer that holds nothing up. */
export default {
  ...good,
  name: 'leaking-timer',
  create(config: GoodConfig, ctx: PluginContext) {
    setInterval(() => {}, 60_000).unref()
    return create(config, ctx)
  }
}
