import { MetricRegistry } from '../metrics/metric-registry.ts'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { type LoadedConfig, type LoadOptions, loadConfig } from '../config/load.ts'
import { newServices, type ParentLogger } from './services.ts'
import { silentLog } from './silent-log.ts'
import { compileSite } from './site-maker.ts'

/**
 * Makes everything of a configuration except the listeners, and lets go of it again. Gives what was read.
 *
 * @throws ConfigError with everything that is wrong with it, and what to write instead
 */
export const checkGateway = async (
  config: string | GatewayConfig,
  { log = silentLog, ...options }: LoadOptions & { readonly log?: ParentLogger } = {}
): Promise<LoadedConfig> => {
  const loaded = await loadConfig(config, options)
  const site = await compileSite(loaded, newServices(log, new MetricRegistry(), options.patience?.lookMs))
  await site.close()
  return loaded
}
