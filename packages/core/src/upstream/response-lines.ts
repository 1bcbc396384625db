import { FieldNames } from '../http/field-names.ts'
import { connectionOptions, HOP_BY_HOP } from '../http/hop-by-hop.ts'

/** A challenge is the gateway's alone, and so is `x-sluice-error`. */
const NEVER = new FieldNames([...HOP_BY_HOP, 'www-authenticate', 'x-sluice-error'])

/** Cookies by which the gateway's own pages know a browser. */
const OUR_COOKIES = /^\s*__host-sluice-/i

/** An upstream answers under the gateway's own origin, where a cookie of that name would be taken for the gateway's. */
const setsOurCookie = (name: string, value: string): boolean =>
  name.toLowerCase() === 'set-cookie' && OUR_COOKIES.test(value)

/** The upstream's fields that may pass to the client, of names and values in turn. */
export const responseLines = (received: readonly string[], status: number): string[] => {
  const named = connectionOptions(received)
  const lines: string[] = []
  for (let i = 0; i < received.length; i += 2) {
    const name = received[i]!
    if (NEVER.has(name) || named?.has(name.toLowerCase()) === true) continue
    // RFC 9110 section 8.6: believed, it would take the next answer's head for a body.
    if (status === 204 && name.length === 14 && name.toLowerCase() === 'content-length') continue
    if (name.length === 10 && setsOurCookie(name, received[i + 1]!)) continue
    lines.push(name, received[i + 1]!)
  }
  return lines
}
