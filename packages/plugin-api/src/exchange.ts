import type { IncomingHttpHeaders } from 'node:http'
import type { Deadline } from './deadline.ts'
import type { Decision } from './decision.ts'
import type { Endpoint } from './endpoint.ts'
import type { RouteInfo } from './route.ts'

/** One request and its answer. All instances have one shape. */
export interface Exchange {
  /** The request id in logs, audit, traces and error bodies. */
  readonly id: string
  readonly route: RouteInfo
  /** The endpoint that answers, if it is one. */
  readonly endpoint: Endpoint | undefined
  readonly method: string
  /** Undecoded, without query. */
  readonly path: string
  /** Undecoded, without `?`. */
  readonly query: string
  /** Lazy; of a repeated header the first value wins: count credentials in rawHeaders. */
  readonly headers: IncomingHttpHeaders
  /** As received: name, value, name, value. */
  readonly rawHeaders: readonly string[]
  /** After trusted proxies. */
  readonly clientIp: string
  readonly decisions: readonly Decision[]
  /** Adds a decision of the filter's own: allowed by rule 7, would have refused in shadow mode. */
  decide(decision: Decision): void
  /**
   * Lets the exchange go on until then at the most; of several deadlines the earliest counts. The core looks at them once a
   * second.
   *
   * @throws TypeError for times that are none or in the wrong order, and for a reply without a code
   */
  endBy(deadline: Deadline): void
}
