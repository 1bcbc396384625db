import { BlockList, isIP } from 'node:net'

/** The peers whose `X-Forwarded-*` and `x-request-id` are believed. */
export interface TrustedProxies {
  /** Whether the peer of a connection is one of them. */
  trusts(address: string): boolean
}

/** Makes the check for a list of CIDRs and single addresses. @throws Error naming the entry that is neither. */
export const trustedProxies = (cidrs: readonly string[]): TrustedProxies => {
  if (cidrs.length === 0) return { trusts: () => false }
  const list = new BlockList()
  for (const cidr of cidrs) addTo(list, cidr)
  return { trusts: address => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') }
}

const addTo = (list: BlockList, cidr: string): void => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? []
  const version = isIP(address)
  const family = version === 6 ? 'ipv6' : 'ipv4'
  const length = Number(bits)
  if (version !== 0 && bits === undefined) list.addAddress(address, family)
  else if (version !== 0 && Number.isInteger(length) && length >= 0 && length <= (version === 6 ? 128 : 32)) {
    list.addSubnet(address, length, family)
  } else throw new Error(`"${cidr}" is neither an address nor a CIDR such as 10.0.0.0/8`)
}

/** An IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`, of a dual-stack listener) as plain IPv4. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address

/** Azure's Application Gateway adds the port; an IPv6 address then has brackets. */
const withoutPort = (hop: string): string =>
  /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(hop)?.slice(1).find(Boolean) ?? hop

/**
 * The address of the client: the peer's, or, behind trusted proxies, the nearest address of `X-Forwarded-For` that is
 * not one of them. What stands further left could have been written by anyone.
 */
export const clientAddress = (peer: string, forwardedFor: string | undefined, proxies: TrustedProxies): string => {
  if (forwardedFor === undefined || !proxies.trusts(peer)) return peer
  let nearest = peer
  for (const part of forwardedFor.split(',').toReversed()) {
    const hop = plainAddress(withoutPort(part.trim()))
    if (isIP(hop) === 0) return nearest
    nearest = hop
    if (!proxies.trusts(hop)) return hop
  }
  return nearest
}
