import { isLoopback, type RouteInfo } from '@sluice/plugin-api'

/** Whether a request may name a host, as it stands in `Host`. */
export type HostTest = (host: string | undefined) => boolean

/**
 * Where the public URL is a loopback address, only loopback names and the configured ones may be named: a foreign page
 * whose name was made to resolve to this machine counts as the gateway's own origin to the browser (DNS rebinding).
 * Elsewhere `undefined`: proxies in front may name the gateway as they like.
 */
export function hostTest(hosts: readonly string[], { publicUrl }: RouteInfo): HostTest | undefined {
  if (!isLoopback(new URL(publicUrl).hostname)) return undefined
  const known = new Set(hosts.map(host => host.toLowerCase()))
  return host => {
    if (host === undefined) return false
    const lower = host.toLowerCase()
    const name = lower.replace(/:\d*$/, '')
    return isLoopback(name) || known.has(lower) || known.has(name)
  }
}
