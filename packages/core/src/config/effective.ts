import { baseSchema } from './base-schema.ts'
import { chainEntries } from './chain-entries.ts'
import type { LoadedConfig } from './load.ts'
import { withoutSecrets } from './secrets.ts'
import type { EntrySettings } from './settings.ts'

/** What a configuration comes to, in the shape of its file. */
export interface EffectiveConfig {
  /** The chain of requests that no route matches. */
  readonly filters: readonly Record<string, object>[]
  /** Each with its whole chain, what the file has for all routes included. */
  readonly routes: readonly { readonly name: string; readonly filters: readonly Record<string, object>[] }[]
  readonly [key: string]: unknown
}

/** Substitutions made, defaults filled in, chains whole, and what the plugins' schemas mark `writeOnly` hidden. */
export const effectiveConfig = ({ raw, settings }: LoadedConfig, shown: Shown = withoutSecrets): EffectiveConfig => {
  const written = writtenAs(shown)
  const { publicUrl, filters: _globals, routes, ...others } = raw
  return {
    publicUrl,
    ...shown(baseSchema, others),
    filters: chainEntries(settings).map(written),
    routes: routes.map((route, i) => ({
      ...route,
      filters: chainEntries(settings, settings.routes[i]!.filters).map(written)
    }))
  }
}

/** What is shown of a part of the configuration that has a schema. */
type Shown = (schema: object, config: object) => object

const writtenAs =
  (shown: Shown) =>
  ({ name, identity, plugin, config }: EntrySettings): Record<string, object> => {
    const id = identity.slice(identity.indexOf('/') + 1)
    const own = shown(plugin.configSchema, config as object)
    return { [name]: id === plugin.name ? own : { id, ...own } }
  }
