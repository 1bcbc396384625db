import type { Exchange } from './exchange.ts'
import type { Reply } from './reply.ts'

/** A path that a filter answers itself, keyed by host and path, ahead of all routes. */
export interface Endpoint {
  /** Any other method is 405 with `Allow`. */
  readonly methods: readonly string[]
  readonly path: string
  /** Open to every Origin: origin lets it pass, answers its preflight with `*`, and adds nothing else; it is rate limited only if `limited` says so. */
  readonly cors?: 'any'
  /** With `cors: 'any'`: a request counts for rate limits, as it does at every endpoint without `cors`. */
  readonly limited?: true
  /** Exists only if exactly one filter of the host claims the path; otherwise absent, not an error. */
  readonly whenSole?: true
  /** Media types and size of the body it takes; without it the body is not read. */
  readonly body?: { readonly types: readonly string[]; readonly maxBytes: number }
  handle(x: Exchange, body?: Buffer): Reply | Promise<Reply>
}
