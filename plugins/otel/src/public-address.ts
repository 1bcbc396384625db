import type { RouteInfo } from '@sluice/plugin-api'
import type { SpanAttributes } from './span-record.ts'

/** What a route's spans say of the address that its clients use. */
export const publicAddress = ({ publicUrl }: RouteInfo): SpanAttributes => {
  const { protocol, hostname, port } = new URL(publicUrl)
  return {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': port === '' ? undefined : Number(port)
  }
}
