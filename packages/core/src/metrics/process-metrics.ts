import { collectDefaultMetrics, Registry } from 'prom-client'

let registry: Registry | undefined

/** What prom-client tells of Node and of this process: collected once, however many gateways there are in it. */
export const processMetrics = (): Registry => {
  if (registry === undefined) {
    registry = new Registry()
    collectDefaultMetrics({ register: registry })
  }
  return registry
}
