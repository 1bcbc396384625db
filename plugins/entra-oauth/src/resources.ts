import { OAuthFault } from './oauth-fault.ts'
import type { Parameters } from './parameters.ts'

/**
 * What a client may name as `resource` (RFC 8707 section 2): where its token is going to be sent. Entra never sees it, so it
 * is held here against what the tokens of this server are for. Another MCP server, which leads clients here to get at their
 * tokens, is refused.
 */
export class Resources {
  readonly #api: string
  readonly #origin: string
  readonly #server: string

  /**
   * @param server Public URL of the route, without a final slash; the origin, where all its routes are meant
   * @param api Identifier URI of the API
   */
  constructor(server: string, api: string) {
    this.#origin = new URL(server).origin
    this.#server = server
    this.#api = api
  }

  /** Clients of older specifications send none. @throws OAuthFault for the resource of another server */
  demand(parameters: Parameters): void {
    const named = parameters.get('resource')
    if (named !== undefined && !this.#isOurs(named)) throw new OAuthFault('SLUICE_OAUTH_RESOURCE')
  }

  /** Clients add a slash, or name the API, an address below the route, or one above it, as `resource` of prm may. */
  #isOurs(named: string): boolean {
    const resource = named.replace(/\/$/, '')
    if (resource === this.#api || resource === this.#origin) return true
    return (
      resource.startsWith(`${this.#origin}/`) &&
      (`${resource}/`.startsWith(`${this.#server}/`) || this.#server.startsWith(`${resource}/`))
    )
  }
}
