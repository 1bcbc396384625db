import type { GatewayConfig } from '../config/gateway-config.ts'
import { type LoadedConfig, type LoadOptions, loadConfig, PATIENCE } from '../config/load.ts'
import { FileWatch } from '../files/file-watch.ts'
import { MetricRegistry } from '../metrics/metric-registry.ts'
import { SingletonHost } from '../singletons.ts'
import { declaredMetrics, newSecret, newServices, type ParentLogger } from './services.ts'
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
  const metrics = declaredMetrics(log, new MetricRegistry())
  const host = new SingletonHost(metrics, log)
  host.learn(loaded.settings)
  const services = newServices({
    log,
    metrics,
    files: new FileWatch(options.patience?.lookMs ?? PATIENCE.lookMs),
    workers: loaded.settings.workers,
    singletons: host.of(1),
    ownSecret: newSecret()
  })
  const site = await compileSite(loaded, services)
  await site.close()
  return loaded
}
