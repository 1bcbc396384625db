import { OAuthFault } from './oauth-fault.ts'

/** Characters: the longest sealed value that the gateway itself gives out, and some more. */
const MAX_LENGTH = 16_384

/** The parameters of a request: each once, and what is empty is not there (RFC 6749 section 3.1). */
export class Parameters {
  readonly #values = new Map<string, string>()

  /** @throws OAuthFault for a parameter that is there twice, or too long */
  constructor(encoded: string) {
    for (const [name, value] of new URLSearchParams(encoded)) {
      if (value === '') continue
      if (this.#values.has(name)) throw new OAuthFault('SLUICE_OAUTH_REQUEST', 'A parameter is there twice.')
      if (value.length > MAX_LENGTH) throw new OAuthFault('SLUICE_OAUTH_REQUEST', 'A parameter is too long.')
      this.#values.set(name, value)
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** @throws OAuthFault if it is missing */
  require(name: string): string {
    const value = this.#values.get(name)
    if (value === undefined) throw new OAuthFault('SLUICE_OAUTH_REQUEST', `The parameter ${name} is missing.`)
    return value
  }
}
