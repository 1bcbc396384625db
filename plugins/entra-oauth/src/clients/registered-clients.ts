import { OAuthFault } from '../oauth-fault.ts'
import { redirectFault } from '../redirect-uri.ts'
import type { Seals } from '../seals.ts'
import type { Client } from './client.ts'
import { readIntroduction } from './introduction.ts'

/** Then a client registers anew, as it does for any client id that is not known any more. */
const SECONDS = 90 * 86_400
const PREFIX = 'dcr.'
/** It travels in URLs, and within what is sealed in others. */
const MAX_LENGTH = 1500

/** Clients that registered by themselves (RFC 7591): what they said is sealed in their client id, and kept nowhere. */
export class RegisteredClients {
  readonly #seals: Seals
  readonly #allowed: ReadonlySet<string>

  constructor(seals: Seals, allowed: ReadonlySet<string>) {
    this.#seals = seals
    this.#allowed = allowed
  }

  /** Gives a client an id of its own. @throws OAuthFault for what may not be registered */
  register(metadata: Readonly<Record<string, unknown>>): Client {
    const read = readIntroduction(metadata, this.#allowed)
    if ('about' in read) {
      const code = read.about === 'redirects' ? 'SLUICE_OAUTH_REGISTRATION_URI' : 'SLUICE_OAUTH_REGISTRATION'
      throw new OAuthFault(code, read.text)
    }
    const name = read.name === '' ? 'An app without a name' : read.name
    const id = PREFIX + this.#seals.seal('client', '', { name, redirects: read.redirects }, SECONDS)
    if (id.length > MAX_LENGTH) throw new OAuthFault('SLUICE_OAUTH_REGISTRATION', 'The redirect URIs are too long.')
    return { id, name, redirects: read.redirects, host: undefined, trustedName: false }
  }

  /** The client of an id, with those of its redirect URIs that the operator still allows. */
  find(id: string): Client | undefined {
    if (!id.startsWith(PREFIX)) return undefined
    const metadata = this.#seals.open('client', '', id.slice(PREFIX.length))
    if (metadata === undefined) return undefined
    const redirects = metadata.redirects.filter(uri => redirectFault(uri, this.#allowed) === undefined)
    return { id, name: metadata.name, redirects, host: undefined, trustedName: false }
  }
}
