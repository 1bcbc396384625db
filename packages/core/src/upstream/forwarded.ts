import type { LiveExchange } from '../exchange/exchange.ts'
import type { PublicOrigin } from './public-origin.ts'

/**
 * Writes who asked and for what: `Forwarded` (RFC 7239) and `X-Forwarded-*`. What a trusted proxy wrote is carried on;
 * what anyone else wrote was left out with the client's headers. Host and scheme are the public ones, as configured,
 * so that no client can choose them.
 */
export const writeForwarded = (lines: string[], x: LiveExchange, publicOrigin: PublicOrigin): void => {
  const { forwardedFor, forwarded } = x.fromTrustedProxy ? trustedChain(x) : NOTHING
  lines.push(
    'x-forwarded-for',
    forwardedFor === undefined ? x.peer : `${forwardedFor}, ${x.peer}`,
    'x-forwarded-proto',
    publicOrigin.scheme,
    'x-forwarded-host',
    publicOrigin.host,
    'forwarded',
    `${forwarded === undefined ? '' : `${forwarded}, `}for=${node(x.peer)};${publicOrigin.forwarded}`
  )
}

const NOTHING = { forwardedFor: undefined, forwarded: undefined }

const trustedChain = (x: LiveExchange): { forwardedFor: string | undefined; forwarded: string | undefined } => ({
  forwardedFor: x.forwardedFor,
  forwarded: x.req.headers.forwarded
})

/** RFC 7239 section 6: an IPv6 address in brackets, quoted; what is not known is `unknown`. */
const node = (address: string): string => {
  if (address === '') return 'unknown'
  return address.includes(':') ? `"[${address}]"` : address
}
