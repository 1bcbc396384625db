import { isLoopback, type PluginContext } from '@sluice/plugin-api'

/** A page on this machine, on any port. */
const LOOPBACK_ORIGIN = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/

/** Whether pages of an origin may call. Browsers serialise origins in one way alone, so they are compared as they are. */
export type OriginTest = (origin: string) => boolean

/**
 * The public URL's own origin and the configured ones may call, and where the gateway listens on this machine alone, pages
 * of this machine.
 *
 * @throws Error with `configPath` for a configured origin that is none
 */
export function originTest(allowed: readonly string[], { route, listen }: PluginContext): OriginTest {
  const known = new Set([serialised(route.publicUrl), ...allowed.map(readOrigin)])
  const local = isLoopback(listen.host.includes(':') ? `[${listen.host}]` : listen.host)
  return local ? origin => known.has(origin) || LOOPBACK_ORIGIN.test(origin) : origin => known.has(origin)
}

function readOrigin(text: string, index: number): string {
  if (URL.canParse(text)) return serialised(text)
  throw Object.assign(new Error(`${text} is no origin`), { configPath: ['allowed', index] })
}

/** As browsers write it: lower case, no default port. Schemes that the URL standard has no origin for stay as they are. */
function serialised(url: string): string {
  const { origin } = new URL(url)
  return origin === 'null' ? url : origin
}
