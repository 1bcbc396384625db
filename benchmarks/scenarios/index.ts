import type { Scenario } from '../harness/scenario.ts'
import { bodies } from './bodies.ts'
import { chain } from './chain.ts'
import { eventStreams } from './event-streams.ts'
import { filters } from './filters.ts'
import { invalidTokens } from './invalid-tokens.ts'
import { largeBodies } from './large-bodies.ts'
import { liveTokens } from './live-tokens.ts'
import { newTokens } from './new-tokens.ts'
import { openStreams } from './open-streams.ts'
import { parts } from './parts.ts'
import { routes } from './routes.ts'
import { soak } from './soak.ts'
import { startUp } from './start-up.ts'
import { workers } from './workers.ts'

/** All scenarios, in the order of `RESULTS.md`. */
export const scenarios: readonly Scenario[] = [
  chain,
  newTokens,
  filters,
  invalidTokens,
  routes,
  liveTokens,
  eventStreams,
  openStreams,
  bodies,
  largeBodies,
  startUp,
  soak,
  workers,
  parts
]
