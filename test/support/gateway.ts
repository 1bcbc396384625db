import type { Filter, Plugin } from '@sluice/plugin-api'
import { type Gateway, type LoadedConfig, type RouteSettings, type Settings, startGateway } from '@sluice/core'
import type { Test } from 'tap'
import { type LogLine, recordingLog } from './log.ts'

/** A route of a test: a path, an upstream, and filters as plain objects or whole plugins. */
export interface TestRoute extends Partial<Omit<RouteSettings, 'filters' | 'upstream'>> {
  readonly upstream: string | (Partial<RouteSettings['upstream']> & { readonly url: string })
  readonly filters?: readonly (Filter | Plugin)[]
}

export interface TestGateway extends Gateway {
  readonly log: readonly LogLine[]
}

/** Starts a gateway on free ports, from settings instead of a file, and closes it with the test. */
export const gateway = async (
  t: Test,
  routes: readonly TestRoute[],
  settings: Partial<Omit<Settings, 'routes' | 'filters'>> & { readonly filters?: readonly (Filter | Plugin)[] } = {}
): Promise<TestGateway> => {
  const { log, lines } = recordingLog()
  const started = await startGateway(testConfig(routes, settings), log)
  t.teardown(() => started.close())
  return Object.assign(started, { log: lines })
}

const testConfig = (
  routes: readonly TestRoute[],
  {
    filters = [],
    ...settings
  }: Partial<Omit<Settings, 'filters'>> & { readonly filters?: readonly (Filter | Plugin)[] }
): LoadedConfig => ({
  file: 'test.yaml',
  source: { file: 'test.yaml', locate: () => ({ line: 1, column: 1 }) },
  raw: undefined as never,
  settings: {
    publicUrl: 'https://mcp.contoso.example',
    listen: { host: '127.0.0.1', port: 0 },
    admin: { host: '127.0.0.1', port: 0 },
    trustedProxies: [],
    limits: {
      headerBytes: 32 * 1024,
      mcpBodyBytes: 4 * 1024 * 1024,
      mcpResultBytes: 16 * 1024 * 1024
    },
    patience: { headMs: 30_000, requestMs: 300_000 },
    shutdown: { delayMs: 0, graceMs: 0 },
    ...settings,
    inEveryChain: [],
    filters: entries('global', filters),
    routes: routes.map(testRoute)
  }
})

const testRoute = ({ upstream, filters = [], ...route }: TestRoute, index: number): RouteSettings => {
  const name = route.name ?? `route${index}`
  const path = route.path ?? '/mcp'
  return {
    name,
    path,
    prefix: false,
    host: undefined,
    publicUrl: `https://mcp.contoso.example${path}`,
    at: ['routes', index],
    ...route,
    filters: entries(name, filters),
    upstream: {
      connectTimeoutMs: 5000,
      headersTimeoutMs: 5000,
      connections: undefined,
      cookies: false,
      ...(typeof upstream === 'string' ? { url: upstream } : upstream)
    }
  }
}

const entries = (owner: string, filters: readonly (Filter | Plugin)[]): Settings['filters'] =>
  filters.map((filter, index) => {
    const plugin = 'create' in filter ? filter : asPlugin(filter, `f${index}`)
    return { plugin, name: plugin.name, identity: `${owner}/${plugin.name}`, config: {}, path: [owner, index] }
  })

const asPlugin = (filter: Filter, name: string): Plugin => ({
  name,
  version: '1.0.0',
  api: 1,
  configSchema: {},
  create: () => filter
})
