import { watch } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Opens a timer, a watcher and a server, and closes each in another one of the ways that there are. */
export default {
  ...good,
  name: 'closing',
  async create(config: GoodConfig, ctx: PluginContext) {
    watch(ctx.directory, { signal: ctx.signal })
    const server = ctx.sharedAcross(
      'server',
      () => createServer().listen(0, '127.0.0.1'),
      (server: Server) => server.close()
    )
    if (!server.listening) await once(server, 'listening')
    const timer = setInterval(() => {}, 60_000)
    return { ...create(config, ctx), onClose: () => clearInterval(timer) }
  }
}
