/** A client that people may sign in with. */
export interface Client {
  readonly id: string
  /** For people. What a client says of itself is not checked by anybody. */
  readonly name: string
  readonly redirects: readonly string[]
  /** Host of the document that the client id is the address of, which alone is checked; `undefined` for any other client. */
  readonly host: string | undefined
  /** Whether the operator named it, and not it itself. */
  readonly trustedName: boolean
}
