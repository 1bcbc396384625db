import good, { create, type GoodConfig } from './good.ts'
import type { PluginContext } from '@sluice/plugin-api'

/** Listens for a signal and sets a variable, and leaves both. */
export default {
  ...good,
  name: 'leaking-process-state',
  create(config: GoodConfig, ctx: PluginContext) {
    process.on('SIGUSR2', () => {})
    process.env['CONTOSO'] = 'made'
    return create(config, ctx)
  }
}
