import { watch } from 'node:fs'
import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Watches a folder for ever. */
export default {
  ...good,
  name: 'leaking-watcher',
  create(config: GoodConfig, ctx: PluginContext) {
    watch(ctx.directory)
    return create(config, ctx)
  }
}
