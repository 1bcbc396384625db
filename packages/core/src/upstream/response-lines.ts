import { FieldNames } from '../http/field-names.ts'
import { connectionOptions, HOP_BY_HOP } from '../http/hop-by-hop.ts'
import { receivedFields } from './received-fields.ts'

/** A challenge is the gateway's alone, and so is `x-sluice-error`. */
const NEVER = new FieldNames([...HOP_BY_HOP, 'www-authenticate', 'x-sluice-error'])

/**
 * The upstream's fields that may pass to the client. Takes what undici received: names and values as bytes. `undefined`
 * for a transfer coding that nobody asked for: the coded bytes would pass for the content (RFC 9112 section 7.3).
 */
export const responseLines = (raw: readonly Buffer[], status: number): string[] | undefined => {
  const received = receivedFields(raw)
  const named = connectionOptions(received)
  const lines: string[] = []
  for (let i = 0; i < received.length; i += 2) {
    const name = received[i]!
    if (isForeignCoding(name, received[i + 1]!)) return undefined
    if (NEVER.has(name) || named?.has(name.toLowerCase()) === true) continue
    // RFC 9110 section 8.6: believed, it would take the next answer's head for a body.
    if (status === 204 && name.toLowerCase() === 'content-length') continue
    lines.push(name, received[i + 1]!)
  }
  return lines
}

const isForeignCoding = (name: string, value: string): boolean =>
  name.length === 17 && name.toLowerCase() === 'transfer-encoding' && value.toLowerCase() !== 'chunked'
