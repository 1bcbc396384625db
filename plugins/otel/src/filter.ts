import type { Filter, PluginContext } from '@sluice/plugin-api'
import type { OtelConfig } from './config.ts'
import { readEnvironment } from './environment.ts'
import { TraceFilter } from './trace-filter.ts'

/** Makes the filter of an entry: one without hooks where everything is off, and then nothing of the SDK is loaded. */
export const createOtel = async (config: Readonly<OtelConfig>, ctx: PluginContext): Promise<Filter> => {
  // Said once, whichever routes use it.
  const environment = ctx.sharedAcross('environment', () => readEnvironment(process.env, ctx.log))
  const { traces, metrics } = environment
  if (traces === undefined && metrics === undefined) return {}
  const { Telemetry } = await import('./telemetry.ts')
  const telemetry = ctx.sharedAcross(
    'telemetry',
    () => new Telemetry(environment, ctx),
    used => used.shutdown()
  )
  if (traces !== undefined) return new TraceFilter(config, environment, telemetry, ctx)
  return { onFinish: () => telemetry.used(), onClose: () => telemetry.flush() }
}
