import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Deadline, Decision, Endpoint, Exchange, Finish, Reply, RouteInfo } from '@sluice/plugin-api'
import type { Chain } from '../chain/chain.ts'
import type { Calls } from '../mcp/calls.ts'
import type { Messages } from '../mcp/messages.ts'
import type { ClientRequest } from '../http/client-request.ts'
import type { RequestTarget } from '../http/request-target.ts'
import { requestId } from './request-id.ts'
import { clientAddress, plainAddress, type TrustedProxies } from '../http/client-address.ts'

const NO_DECISIONS: readonly Decision[] = Object.freeze([])
/** What a request id of a trusted proxy may look like: it is written to logs and headers. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/

/** What an exchange that was forwarded must be told. */
export interface Forwarded {
  /** Whether the answer is an event stream that has begun. */
  readonly isStream: boolean
  /** The client's connection has closed. */
  clientClosed(): void
  /** The time to finish is over. */
  abandon(): void
  /** The same for an answer that has begun, where there is time for what is left of an event, and for more of them. */
  end(events?: Buffer): void
}

/** An exchange as the core sees it: the plugin contract's, and what the core alone needs. Every field is set at once. */
export class LiveExchange implements Exchange {
  readonly id: string
  readonly route: RouteInfo
  readonly endpoint: Endpoint | undefined
  readonly method: string
  readonly path: string
  readonly query: string
  readonly rawHeaders: readonly string[]
  readonly peer: string
  readonly fromTrustedProxy: boolean
  readonly req: ClientRequest
  readonly res: ServerResponse
  readonly chain: Chain
  readonly cells: unknown[]
  /** What the filters of the chain keep, each in its place. */
  own: unknown[] | undefined = undefined
  readonly startedAt: number
  decisions: readonly Decision[] = NO_DECISIONS
  /** Why the exchange ended, where the core knows before the connection closes. */
  ended: Finish['ended'] | undefined = undefined
  status = 0
  bytesIn = 0
  bytesOut = 0
  /** Milliseconds in which the gateway worked and did not wait for the upstream: before the request went, at the head of the answer. */
  overheadMs = 0
  /** What the gateway answered itself, or would have if the client had stayed. */
  ownReply: Reply | undefined = undefined
  /** Milliseconds in which the gateway waited for the client's body, to read its messages. */
  waitedMs = 0
  /** How many `onResponse` hooks of the chain have run. */
  responseHooksRun = 0
  finished = false
  /** Where it stands among those that are under way. */
  place = 0
  /** Its time to arrive is over: it is answered 408 and goes nowhere any more, though the rest of it may still come. */
  late = false
  forwarding: Forwarded | undefined = undefined
  /** The earliest deadline for an event stream, and for anything. */
  streamDeadline: Deadline | undefined = undefined
  callDeadline: Deadline | undefined = undefined
  /** When, in milliseconds since 1970, a deadline ended it. */
  expiredAt = 0
  /** What is left to write of an answer that is whole, at the end of the turn. */
  unsent: string | Buffer | undefined = undefined
  /** The messages of the body, where a filter asks for any and they could be read. */
  messages: Messages | undefined = undefined
  /** When they were read, in milliseconds of `performance.now()`. */
  readAt = 0
  /** The calls of the body, where a filter asks for results. */
  calls: Calls | undefined = undefined
  #clientIp: string | undefined = undefined
  readonly #proxies: TrustedProxies

  constructor(
    req: ClientRequest,
    res: ServerResponse,
    target: RequestTarget,
    chain: Chain,
    proxies: TrustedProxies,
    cells: unknown[]
  ) {
    this.req = req
    this.res = res
    this.chain = chain
    this.route = chain.route
    this.endpoint = chain.endpoint
    this.method = req.method!
    this.path = target.path
    this.query = target.query
    this.rawHeaders = req.rawHeaders
    this.peer = plainAddress(req.socket.remoteAddress ?? '')
    this.fromTrustedProxy = proxies.trusts(this.peer)
    this.cells = cells
    this.startedAt = performance.now()
    this.#proxies = proxies
    this.id = this.#requestId() ?? requestId()
  }

  get headers(): IncomingHttpHeaders {
    return this.req.headers
  }

  get clientIp(): string {
    this.#clientIp ??= clientAddress(this.peer, this.forwardedFor, this.#proxies)
    return this.#clientIp
  }

  /** `X-Forwarded-For` as it arrived, all fields of it joined. */
  get forwardedFor(): string | undefined {
    const value = this.req.headers['x-forwarded-for']
    return Array.isArray(value) ? value.join(', ') : value
  }

  decide(decision: Decision): void {
    if (this.decisions === NO_DECISIONS) this.decisions = []
    ;(this.decisions as Decision[]).push(decision)
  }

  endBy(deadline: Deadline): void {
    const { streamsAt, callsAt, reply } = deadline
    // NaN, too: what is compared with it would never be due.
    if (!(streamsAt <= callsAt)) throw new TypeError('streamsAt and callsAt of a deadline are times, in this order')
    if (reply.code === undefined) throw new TypeError('The reply of a deadline has a code')
    if (this.streamDeadline === undefined || streamsAt < this.streamDeadline.streamsAt) this.streamDeadline = deadline
    if (this.callDeadline === undefined || callsAt < this.callDeadline.callsAt) this.callDeadline = deadline
  }

  #requestId(): string | undefined {
    if (!this.fromTrustedProxy) return undefined
    const id = this.req.headers['x-request-id']
    return typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined
  }
}
