import type { Counter, Histogram, Metrics } from '@sluice/plugin-api'

/** Seconds. From a cached answer to the longest tool that still answers in one piece. */
const DURATION = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
/** Seconds. The gateway's own share starts far below a millisecond. */
const OVERHEAD = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1]
/** Methods with a label value of their own; any other is `other`, so that a client cannot make series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH'])

/** What the core records for one route, its series taken when the route is made. */
export class RouteMetrics {
  readonly #requests: { series(...values: readonly string[]): Counter }
  readonly #upstreamErrors: { series(...values: readonly string[]): Counter }
  readonly #expired: { series(...values: readonly string[]): Counter }
  readonly #byMethodAndStatus = new Map<string, Map<number, Counter>>()
  readonly #duration: Histogram
  readonly #overhead: Histogram
  readonly #streams: { add(n: number): void }
  readonly #route: string

  constructor(metrics: Metrics, route: string) {
    this.#route = route
    this.#requests = metrics.counter('sluice_requests_total', 'Requests that have ended.', [
      'route',
      'method',
      'status'
    ])
    this.#upstreamErrors = metrics.counter(
      'sluice_upstream_errors_total',
      'Requests that the upstream did not answer, or broke off, by error code.',
      ['route', 'code']
    )
    this.#duration = metrics
      .histogram('sluice_request_duration_seconds', 'From the request head to the last byte of the answer.', DURATION, [
        'route'
      ])
      .series(route)
    this.#overhead = metrics
      .histogram(
        'sluice_gateway_overhead_seconds',
        'What the gateway itself takes of a forwarded request: until it is sent, and from the head of the answer until that is written.',
        OVERHEAD,
        ['route']
      )
      .series(route)
    this.#expired = metrics.counter(
      'sluice_expired_total',
      'Event streams, and calls, that were ended since their time was over, as that of the token under which they began.',
      ['route', 'kind']
    )
    const streams = metrics.gauge('sluice_open_streams', 'SSE answers that are open.', ['route']).series(route)
    let open = 0
    this.#streams = { add: n => streams.set((open += n)) }
  }

  /** A request ended; status 0 if no head was written. */
  ended(method: string, status: number, durationMs: number): void {
    this.#count(METHODS.has(method) ? method : 'other', status)
    this.#duration.observe(durationMs / 1000)
  }

  /** Something was refused that is no whole request. */
  refusedUnread(status: number): void {
    this.#count('other', status)
  }

  #count(name: string, status: number): void {
    let byStatus = this.#byMethodAndStatus.get(name)
    if (byStatus === undefined) this.#byMethodAndStatus.set(name, (byStatus = new Map()))
    let counter = byStatus.get(status)
    if (counter === undefined) {
      counter = this.#requests.series(this.#route, name, String(status))
      byStatus.set(status, counter)
    }
    counter.add()
  }

  overhead(ms: number): void {
    this.#overhead.observe(ms / 1000)
  }

  /** An event stream or a call met its deadline. */
  expired(kind: 'stream' | 'call'): void {
    this.#expired.series(this.#route, kind).add()
  }

  upstreamError(code: string): void {
    this.#upstreamErrors.series(this.#route, code).add()
  }

  streamOpened(): void {
    this.#streams.add(1)
  }

  streamClosed(): void {
    this.#streams.add(-1)
  }
}
