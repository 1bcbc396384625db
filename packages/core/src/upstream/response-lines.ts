import { connectionOptions, isHopByHop } from '../http/hop-by-hop.ts'

/**
 * The upstream's fields that may pass to the client. A challenge is the gateway's alone, and so is `x-sluice-error`.
 * Takes what undici received: names and values as bytes.
 */
export const responseLines = (raw: readonly Buffer[]): string[] => {
  const received = raw.map(part => part.toString('latin1'))
  const named = connectionOptions(received)
  const lines: string[] = []
  for (let i = 0; i < received.length; i += 2) {
    const name = received[i]!
    const lower = name.toLowerCase()
    if (isHopByHop(lower) || lower === 'www-authenticate' || lower === 'x-sluice-error') continue
    if (named?.has(lower) === true) continue
    lines.push(name, received[i + 1]!)
  }
  return lines
}
