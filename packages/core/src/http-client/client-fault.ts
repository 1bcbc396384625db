/**
 * Why a request has no whole answer: no connection, or none in time; no head in time; the connection closed, or broke;
 * bytes that are no HTTP answer.
 */
export type FaultKind = 'unreachable' | 'connect-timeout' | 'headers-timeout' | 'closed' | 'invalid'

/** What went wrong between the gateway and an upstream. Never holds what the upstream sent: that is somebody's data. */
export class ClientFault extends Error {
  readonly kind: FaultKind
  /** Node's code, where the fault comes from a socket: ECONNREFUSED and others. */
  readonly code: string | undefined

  constructor(kind: FaultKind, message: string, code?: string) {
    super(message)
    this.kind = kind
    this.code = code
  }
}

/** Why what is under way ends when the gateway closes its connections. */
export const STOPPED = new ClientFault('closed', 'The gateway stops')
