import { MessageChannel } from 'node:worker_threads'
import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Leaves a message port that holds nothing up. */
export default {
  ...good,
  name: 'leaking-port',
  create(config: GoodConfig, ctx: PluginContext) {
    new MessageChannel().port1.on('message', () => {}).unref()
    return create(config, ctx)
  }
}
