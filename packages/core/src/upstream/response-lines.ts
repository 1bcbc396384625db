import { connectionOptions, isHopByHop } from '../http/hop-by-hop.ts'

/**
 * The upstream's fields that may pass to the client. A challenge is the gateway's alone, and so is `x-sluice-error`.
 * Takes what undici received: names and values as bytes. `undefined` for a transfer coding that nobody asked for: the
 * coded bytes would pass for the content (RFC 9112 section 7.3).
 */
export const responseLines = (raw: readonly Buffer[], status: number): string[] | undefined => {
  const received = raw.map(part => part.toString('latin1'))
  const named = connectionOptions(received)
  const lines: string[] = []
  for (let i = 0; i < received.length; i += 2) {
    const name = received[i]!
    const lower = name.toLowerCase()
    if (lower === 'transfer-encoding' && received[i + 1]!.toLowerCase() !== 'chunked') return undefined
    if (isHopByHop(lower) || lower === 'www-authenticate' || lower === 'x-sluice-error') continue
    if (named?.has(lower) === true) continue
    // RFC 9110 section 8.6: believed, it would take the next answer's head for a body.
    if (status === 204 && lower === 'content-length') continue
    lines.push(name, received[i + 1]!)
  }
  return lines
}
