import { EntraError } from '../entra-error.ts'
import type { Received } from './received.ts'

/** The parameters of a request, each at most once. An empty one counts as absent (RFC 6749 section 3.1). */
export class Parameters {
  readonly #values: ReadonlyMap<string, string>

  /** @throws EntraError 9000411 if one is given twice (RFC 6749 section 3.1). */
  constructor(encoded: string) {
    const values = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(encoded)) {
      if (values.has(name)) throw new EntraError(9000411, name)
      values.set(name, value)
    }
    this.#values = values
  }

  /** Whether the parameter is there, be it empty. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  get(name: string): string | undefined {
    return this.#values.get(name) || undefined
  }

  /** @throws EntraError 900144 if the parameter is absent. */
  require(name: string): string {
    const value = this.get(name)
    if (value === undefined) throw new EntraError(900144, name)
    return value
  }
}

/** Reads the parameters of a form. A body of another content type has none, as Entra sees it. */
export const readForm = ({ headers, body }: Received): Parameters => {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';')
  return new Parameters(mediaType.trim().toLowerCase() === 'application/x-www-form-urlencoded' ? body : '')
}
