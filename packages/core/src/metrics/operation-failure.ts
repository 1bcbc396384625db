import { STATUS_CODES } from '../http/node-http.ts'

/** How an MCP operation failed, as labels. One object for each: series are found by it. */
export interface OperationFailure {
  /** `error.type` of OpenTelemetry; empty where the server is not in the wrong. */
  readonly errorType: string
  /** `rpc.response.status_code` of OpenTelemetry; empty without a JSON-RPC error. */
  readonly rpcCode: string
}

const failure = (errorType: string, rpcCode = ''): OperationFailure => Object.freeze({ errorType, rpcCode })

export const NONE = failure('')
export const TOOL_ERROR = failure('tool_error')
export const REFUSED = failure('refused')
export const UNANSWERED = failure('unanswered')
export const OTHER = failure('_OTHER')

/** By how the exchange ended, other than well. */
export const ENDED = {
  'client-gone': failure('client-gone'),
  'upstream-gone': failure('upstream-gone'),
  'gateway-error': failure('gateway-error'),
  drained: failure('drained'),
  expired: failure('expired')
} as const

/** Codes for a caller in the wrong: OpenTelemetry does not count them as errors of a server. */
const OF_CALLER = [-32700, -32600, -32601, -32602, -32002]
/** The other codes that JSON-RPC, MCP and its SDKs have. */
const OF_SERVER = [-32603, -32000, -32001, -32020, -32021, -32022, -32042]
const RPC = new Map([
  ...OF_CALLER.map(code => [code, failure('', String(code))] as const),
  ...OF_SERVER.map(code => [code, failure(String(code), String(code))] as const)
])
const OTHER_RPC = failure('_OTHER', 'other')

/** The upstream answered with a JSON-RPC error. */
export const rpcFailure = (code: number | undefined): OperationFailure => RPC.get(code ?? 0) ?? OTHER_RPC

const HTTP = new Map(
  Object.keys(STATUS_CODES).flatMap(status =>
    Number(status) < 400 ? [] : [[Number(status), failure(status)] as const]
  )
)

/** The answer has an HTTP status from 400 on. */
export const httpFailure = (status: number): OperationFailure => HTTP.get(status) ?? OTHER
