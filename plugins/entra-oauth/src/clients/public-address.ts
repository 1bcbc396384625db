import { BlockList, isIPv4 } from 'node:net'

/** IPv4 addresses that are not of the public internet (RFC 6890 and IANA's registry), and the one of Azure's own services. */
const NOT_PUBLIC = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3]
] as const

/** IPv6: of the global unicast addresses those that carry an IPv4 address or are not routed. */
const NOT_PUBLIC_6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20]
] as const

const refused = new BlockList()
for (const [net, bits] of NOT_PUBLIC) refused.addSubnet(net, bits)
for (const [net, bits] of NOT_PUBLIC_6) refused.addSubnet(net, bits, 'ipv6')
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is of the public internet: nothing behind the gateway, and nothing of the cloud that it runs in. */
export const isPublicAddress = (address: string): boolean =>
  isIPv4(address) ? !refused.check(address) : globalUnicast.check(address, 'ipv6') && !refused.check(address, 'ipv6')
