import { isIPv6 } from 'node:net'
import type { Exchange, Fact, Principal } from '@sluice/plugin-api'
import type { LimitedBy } from './config.ts'

/** Names whose calls a request counts among. */
export type CallerOf = (x: Exchange) => string

/** Makes the name for a kind of limit, behind a prefix; of a tool, the message says which. */
export const callerOf = (by: LimitedBy, principalOf: Fact<Principal>, prefix: string): CallerOf => {
  if (by === 'route' || by === 'tool') return x => prefix + x.route.name
  if (by === 'ip') return x => prefix + addressOf(x.clientIp)
  // A principal is that of a verified token, and comes again with it: a name that was looked up before is found at once,
  // and a new one is hashed first.
  const names = new WeakMap<Principal, string>()
  const nameOf = (principal: Principal): string => {
    const { tenantId, objectId, clientId } = principal
    const name = `${prefix}${tenantId} ${by === 'client' ? clientId : objectId}`
    names.set(principal, name)
    return name
  }
  return x => {
    const principal = principalOf.get(x)
    if (principal === undefined) return `${prefix}anonymous ${addressOf(x.clientIp)}`
    return names.get(principal) ?? nameOf(principal)
  }
}

/** Whoever has one IPv6 address has a /64 of them (RFC 6177 section 2). */
export const addressOf = (address: string): string => (isIPv6(address) ? network64(address) : address)

const network64 = (address: string): string => {
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - front.length - back.length
  const groups = [...front, ...Array.from({ length: Math.max(missing, 0) }, () => '0'), ...back]
  return `${groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
