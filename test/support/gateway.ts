import type { Filter, Plugin } from '@sluice/plugin-api'
import {
  createGateway,
  type FilterConfig,
  type Gateway,
  type GatewayConfig,
  type RouteConfig,
  type RouteSettings,
  type Settings
} from '@sluice/core'
import type { Test } from 'tap'
import { type LogLine, recordingLog } from './log.ts'

/** A route of a test: a path, an upstream, and filters as plain objects or whole plugins. */
export interface TestRoute extends Partial<Omit<RouteSettings, 'filters' | 'upstream' | 'at'>> {
  readonly upstream: string | (Partial<RouteSettings['upstream']> & { readonly url: string })
  readonly filters?: readonly (Filter | Plugin)[]
}

type TestSettings = Partial<Omit<Settings, 'listen' | 'routes' | 'filters' | 'inEveryChain' | 'patience'>> & {
  readonly listen?: GatewayConfig['listen']
  readonly patience?: Partial<Settings['patience']>
  readonly filters?: readonly (Filter | Plugin)[]
}

export interface TestGateway extends Gateway {
  readonly log: readonly LogLine[]
}

/** Starts a gateway on free ports, from settings instead of a file, and closes it with the test. */
export const gateway = async (
  t: Test,
  routes: readonly TestRoute[],
  { filters = [], ...settings }: TestSettings = {}
): Promise<TestGateway> => {
  const { log, lines } = recordingLog()
  const handed = new HandedPlugins()
  const { limits, patience, shutdown = { delayMs: 0, graceMs: 0 }, ...others } = settings
  const config: GatewayConfig = {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    ...others,
    limits: Object.fromEntries(Object.entries<number>({ ...limits }).map(([name, bytes]) => [name, `${bytes}B`])),
    shutdown: { delay: `${shutdown.delayMs}ms`, grace: `${shutdown.graceMs}ms` },
    filters: handed.entries(filters),
    routes: routes.map((route, index) => testRoute(route, index, handed))
  }
  const started = createGateway(config, {
    plugins: handed.plugins,
    inEveryChain: [],
    log,
    ...(patience && { patience })
  })
  await started.start()
  t.teardown(() => started.close())
  return Object.assign(started, { log: lines })
}

const testRoute = (
  { upstream, filters = [], path = '/mcp', prefix = false, ...route }: TestRoute,
  index: number,
  handed: HandedPlugins
): RouteConfig => {
  const {
    connectTimeoutMs = 5000,
    headersTimeoutMs = 5000,
    ...to
  } = typeof upstream === 'string' ? { url: upstream } : upstream
  return {
    name: `route${index}`,
    publicUrl: 'https://mcp.contoso.example',
    ...route,
    path: prefix ? `${path.replace(/\/$/, '')}/*` : path,
    upstream: { ...to, timeouts: { connect: `${connectTimeoutMs}ms`, headers: `${headersTimeoutMs}ms` } },
    filters: handed.entries(filters)
  }
}

/** Gives each filter of a test a name of its own. The first of a list has the identity `…/f0`, a plugin that of its name. */
class HandedPlugins {
  readonly #plugins = new Map<string, Plugin>()

  get plugins(): readonly Plugin[] {
    return Array.from(this.#plugins.values())
  }

  entries(filters: readonly (Filter | Plugin)[]): FilterConfig[] {
    return filters.map((filter, index) => {
      if ('create' in filter) return { [this.#take(filter)]: { id: filter.name } }
      const plugin: Plugin = { name: `f${index}`, version: '1.0.0', api: 1, configSchema: {}, create: () => filter }
      return { [this.#take(plugin)]: { id: plugin.name } }
    })
  }

  /** Gives the name under which the plugin goes. */
  #take(plugin: Plugin): string {
    const known = this.#plugins.get(plugin.name)
    if (known === plugin) return plugin.name
    const name = known === undefined ? plugin.name : `${plugin.name}-${this.#plugins.size}`
    this.#plugins.set(name, known === undefined ? plugin : { ...plugin, name })
    return name
  }
}
