import { FieldNames } from '../http/field-names.ts'
import { connectionOptions, HOP_BY_HOP } from '../http/hop-by-hop.ts'

/** A challenge is the gateway's alone, and so is `x-sluice-error`. */
const NEVER = new FieldNames([...HOP_BY_HOP, 'www-authenticate', 'x-sluice-error'])

/** The upstream's fields that may pass to the client, of names and values in turn. */
export const responseLines = (received: readonly string[], status: number): string[] => {
  const named = connectionOptions(received)
  const lines: string[] = []
  for (let i = 0; i < received.length; i += 2) {
    const name = received[i]!
    if (NEVER.has(name) || named?.has(name.toLowerCase()) === true) continue
    // RFC 9110 section 8.6: believed, it would take the next answer's head for a body.
    if (status === 204 && name.length === 14 && name.toLowerCase() === 'content-length') continue
    lines.push(name, received[i + 1]!)
  }
  return lines
}
