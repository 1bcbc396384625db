import type { Exchange } from './exchange.ts'
import type { HeaderList, Reply } from './reply.ts'

/** What the client of an endpoint is told of a refusal or a fault: never anything of a token or secret. */
export interface RefusalNotice {
  readonly status: number
  readonly code: string
  /** A sentence for the client. */
  readonly message: string
  readonly requestId: string
}

/** The same in the words of an endpoint. */
export interface RefusalForm {
  /** `content-type` among them. */
  readonly headers: HeaderList
  readonly body: string | Buffer
}

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
  /**
   * Writes refusals and faults that bring no body, of filters in front and of the core, in the form that the clients of this
   * endpoint read; without it they are JSON-RPC for a POST, else plain JSON. Status and other fields of the refusal stay;
   * the fields given here, with `content-type` among them, take the place of those of the same name. If it throws, it is
   * logged, and the answer is as without it.
   */
  writeRefusal?(notice: RefusalNotice): RefusalForm
  handle(x: Exchange, body?: Buffer): Reply | Promise<Reply>
}
