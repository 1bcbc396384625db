import { isDeepStrictEqual } from 'node:util'
import { configError, type Finding } from './issue.ts'
import type { LoadedConfig } from './load.ts'
import { type ConfigPath, formatPath } from './path.ts'
import type { RawConfig } from './raw.ts'
import type { Settings } from './settings.ts'

/** What one configuration has that the one before it had not, by name. */
export interface ConfigChanges {
  /** Names of routes. */
  readonly added: readonly string[]
  /** Names of routes. */
  readonly removed: readonly string[]
  /** Names of routes whose own part of the configuration is another one. */
  readonly changed: readonly string[]
  /** Keys at the top, other than `routes`, that are another. */
  readonly keys: readonly string[]
}

/** Compares two configurations, defaults filled in, whatever the order of their keys and routes. */
export const configChanges = (before: RawConfig, after: RawConfig): ConfigChanges => {
  const { routes: old, ...oldRest } = before
  const { routes, ...rest } = after
  const known = new Map(old.map(route => [route.name, route]))
  const names = new Set(routes.map(({ name }) => name))
  return {
    added: routes.flatMap(({ name }) => (known.has(name) ? [] : [name])),
    removed: old.flatMap(({ name }) => (names.has(name) ? [] : [name])),
    changed: routes.flatMap(route => {
      const earlier = known.get(route.name)
      return earlier === undefined || isDeepStrictEqual(earlier, route) ? [] : [route.name]
    }),
    keys: Object.entries(rest).flatMap(([key, value]) =>
      isDeepStrictEqual(value, oldRest[key as keyof typeof oldRest]) ? [] : [key]
    )
  }
}

/** What the listeners and the threads were made with. */
const FIXED: readonly { readonly path: ConfigPath; readonly of: (settings: Settings) => unknown }[] = [
  { path: ['listen'], of: ({ listen: { tls, ...address } }) => ({ ...address, tls: tls !== undefined }) },
  { path: ['admin'], of: ({ admin }) => admin },
  { path: ['workers'], of: ({ workers }) => workers },
  { path: ['limits', 'headerBytes'], of: ({ limits }) => limits.headerBytes }
]

/** @throws ConfigError naming what the running gateway cannot take over */
export const refuseFixedChanges = ({ settings: before }: LoadedConfig, after: LoadedConfig): void => {
  const other = FIXED.filter(({ of }) => !isDeepStrictEqual(of(before), of(after.settings)))
  const findings = other.map(({ path }): Finding => {
    const message = `${formatPath(path)} cannot change while the gateway runs`
    return { path, atKey: true, message, advice: 'Restart to change it; until then keep what it was.' }
  })
  if (findings.length > 0) throw configError(after.source, findings)
}
