import type { CoreCode } from '../codes.ts'
import type { ClientFault, FaultKind } from '../http-client/client-fault.ts'

/**
 * What the log may say of an upstream's failure: code and message. Never the error itself, which may hold bytes that the
 * upstream sent, and those are somebody's data.
 */
export const describeFault = (error: unknown): { readonly error: string | undefined; readonly reason: string } => {
  const { code, message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>
  return { error: code, reason: message }
}

/** The code for a request that has no whole answer. */
export const faultCode = ({ kind }: ClientFault): CoreCode => CODES[kind]

const CODES: Readonly<Record<FaultKind, CoreCode>> = {
  unreachable: 'SLUICE_UPSTREAM_UNREACHABLE',
  'connect-timeout': 'SLUICE_UPSTREAM_CONNECT_TIMEOUT',
  'headers-timeout': 'SLUICE_UPSTREAM_HEADERS_TIMEOUT',
  closed: 'SLUICE_UPSTREAM_CLOSED',
  invalid: 'SLUICE_UPSTREAM_INVALID_RESPONSE'
}
