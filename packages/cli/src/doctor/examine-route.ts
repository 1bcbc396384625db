import type { LoadedConfig, RouteSettings } from '@sluice/core'
import { examined, type RouteReport, skipped } from './report.ts'
import { reasonToSkip, survey, type SurveyOptions } from './survey.ts'
import { startTrial } from './trial-gateway.ts'

/** Looks for what clients of a route will stumble over, with its own gateway beside. */
export const examineRoute = async (
  config: LoadedConfig,
  route: RouteSettings,
  options: SurveyOptions
): Promise<RouteReport> => {
  const reason = reasonToSkip(config, route)
  if (reason !== undefined) return skipped(route.name, route.publicUrl, reason)
  const trial = await startTrial(config, route)
  try {
    return examined(await survey(config, route, trial, options), options.client !== undefined)
  } finally {
    await trial.close()
  }
}
