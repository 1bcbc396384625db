/** A revision of MCP, by which a row's request is written. */
export type Revision = '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28'

/** Status and code of a refusal, its JSON-RPC code, and the ids that are answered. */
export type Refused = readonly [status: number, code: string, rpcCode: number, ids: readonly unknown[]]

/** One case of the message table: what is sent, what is answered, and what is to be seen where. */
export interface Row {
  /** Default: POST. */
  readonly verb?: 'GET' | 'POST' | 'DELETE'
  /** The body: a JSON value, or a text or bytes that are sent as they are. */
  readonly sends?: unknown
  /** Fields beside those that the revision wants. */
  readonly fields?: readonly (readonly [name: string, value: string])[]
  /** Fields of the revision that are left out. */
  readonly without?: readonly string[]
  /** What the upstream answers, in this order, {@link Raw} events among them. Default: an empty result for each request. */
  readonly answers?: readonly unknown[]
  /** Of the upstream's answer. Default: 200; without anything to answer 202. */
  readonly status?: number
  /** What filters see, in this order. Default answers are added. */
  readonly sees: readonly string[]
  /** The results that filters see, where they are not those of the answers. */
  readonly results?: readonly unknown[]
  /** What the upstream gets in place of the body, byte by byte. */
  readonly upstream?: string
  /** Fields that the upstream gets; `undefined` for one that it must not get. */
  readonly upstreamFields?: Readonly<Record<string, string | undefined>>
  /** What the client gets in place of the answers; errors of the gateway's own by their code. */
  readonly gets?: readonly unknown[]
  /** The text of the one message that the client gets in place of the answers. */
  readonly getsText?: string
  /** The gateway answers, and the upstream hears nothing. */
  readonly refused?: Refused
}

/** Rows by what they show. */
export type Rows = Readonly<Record<string, Row>>

/** An event that holds no message: lines, to be ended as the others are. A JSON answer has none. */
export class Raw {
  readonly lines: readonly string[]

  constructor(...lines: readonly string[]) {
    this.lines = lines
  }
}
