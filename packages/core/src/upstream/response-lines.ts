import { connectionOptions, isHopByHop } from '../http/hop-by-hop.ts'

/**
 * The upstream's fields that may pass to the client. A challenge is the gateway's alone, and so is `x-sluice-error`.
 * Takes what undici received: names and values as bytes.
 */
export const responseLines = (raw: readonly Buffer[], status: number): string[] => {
  const received = raw.map(part => part.toString('latin1'))
  const named = connectionOptions(received)
  const lines: string[] = []
  for (let i = 0; i < received.length; i += 2) {
    const name = received[i]!
    const lower = name.toLowerCase()
    if (isHopByHop(lower) || lower === 'www-authenticate' || lower === 'x-sluice-error') continue
    if (named?.has(lower) === true) continue
    // RFC 9110 section 8.6: believed, it would take the next answer's head for a body.
    if (status === 204 && lower === 'content-length') continue
    lines.push(name, received[i + 1]!)
  }
  return lines
}
