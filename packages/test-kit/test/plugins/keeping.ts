import good, { create, type GoodConfig } from './good.ts'
import type { Exchange, PluginContext } from '@sluice/plugin-api'

/** Remembers every exchange. */
export default {
  ...good,
  name: 'keeping',
  create(config: GoodConfig, ctx: PluginContext) {
    const kept: Exchange[] = []
    const filter = create(config, ctx)
    return { ...filter, onRequest: (x: Exchange) => (kept.push(x), filter.onRequest?.(x)) }
  }
}
