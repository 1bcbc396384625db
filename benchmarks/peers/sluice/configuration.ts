import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

interface Route {
  readonly name: string
  readonly path: string
  readonly upstream: string
  readonly filters: readonly Record<string, Record<string, unknown>>[]
}

interface Configuration {
  readonly routes: readonly [Route]
}

/** In what a configuration differs from `chain.yaml`. */
export interface Deviation {
  /** Filters that stay. Default: all. */
  readonly filters?: readonly string[]
  /** Filters that stand behind them, as in a configuration. */
  readonly more?: readonly Record<string, Record<string, unknown>>[]
  /** Number of routes: one at `/mcp`, or many from `/r0/mcp` on. */
  readonly routes?: number
  /** `cache.max` of jwt-entra. */
  readonly cacheMax?: number
  /** Threads that serve. Default: 1. */
  readonly workers?: number
}

/** The configuration of `chain.yaml`, changed where it shall differ; as JSON, which is YAML. */
export const configuration = ({ filters, more = [], routes = 1, cacheMax, workers = 1 }: Deviation): string => {
  const chain = parse(readFileSync(join(import.meta.dirname, 'chain.yaml'), 'utf8')) as Configuration
  const [route] = chain.routes
  const kept = route.filters
    .filter(entry => filters === undefined || Object.keys(entry).some(name => filters.includes(name)))
    .map(entry => (entry['jwt-entra'] === undefined || cacheMax === undefined ? entry : withCache(entry, cacheMax)))
    .concat(more)
  const many = Array.from({ length: routes }, (_, i) => ({
    ...route,
    name: `r${i}`,
    path: `/r${i}/mcp`,
    filters: kept
  }))
  return JSON.stringify({ ...chain, workers, routes: routes === 1 ? [{ ...route, filters: kept }] : many })
}

const withCache = (entry: Route['filters'][number], max: number) => ({
  'jwt-entra': { ...entry['jwt-entra'], cache: { max } }
})
