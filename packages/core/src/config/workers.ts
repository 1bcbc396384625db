import { availableParallelism } from 'node:os'
import type { Finding } from './issue.ts'
import type { RawConfig } from './raw.ts'

/** Where the kernel spreads the connections of one port over several listeners (`SO_REUSEPORT`) and node:net asks it to. */
const SHARES_PORTS: ReadonlySet<NodeJS.Platform> = new Set(['linux', 'freebsd', 'sunos', 'aix'])

/** Threads that serve. `auto` is one where they could not share the port: there it is no use to ask for more. */
export const workerCount = ({ workers }: RawConfig, platform: NodeJS.Platform = process.platform): number => {
  if (workers !== 'auto') return workers
  return SHARES_PORTS.has(platform) ? availableParallelism() : 1
}

/** Whether as many as are asked for can listen on one port. */
export const checkWorkers = ({ workers }: RawConfig, platform: NodeJS.Platform = process.platform): Finding[] => {
  if (workers === 'auto' || workers === 1 || SHARES_PORTS.has(platform)) return []
  const message = `${workers} workers cannot share a port on ${platform}: it has no SO_REUSEPORT that spreads connections`
  return [{ path: ['workers'], message, advice: 'Write workers: 1 and run several gateways behind a load balancer.' }]
}
