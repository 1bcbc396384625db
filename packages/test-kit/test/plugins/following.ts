import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Follows a file for ever. */
export default {
  ...good,
  name: 'following',
  create(config: GoodConfig, ctx: PluginContext) {
    ctx.watchFile('list.yaml', () => {})
    return create(config, ctx)
  }
}
