import { createServer } from 'node:http'
import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Leaves a server that listens. */
export default {
  ...good,
  name: 'leaking-server',
  create(config: GoodConfig, ctx: PluginContext) {
    ctx.sharedAcross('server', () => createServer().listen(0, '127.0.0.1'))
    return create(config, ctx)
  }
}
