import type { Counter, Decision, Gauge, Histogram, Metrics } from '@sluice/plugin-api'
import { catalogue, labelsOf } from './catalogue.ts'
import { MadeOnce } from './made-once.ts'
import { OperationMetrics } from './operation-metrics.ts'

/** Methods with a label value of their own; any other is `other`, so that a client cannot make series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PUT', 'PATCH'])

/** More than the combinations that a sound route has. */
const REMEMBERED = 4000

/** What the core records for one route, its series taken when the route is made, or once they are needed. */
export class RouteMetrics {
  /** Of its MCP messages. */
  readonly operations: OperationMetrics
  readonly #requests: MadeOnce<string, MadeOnce<number, Counter>>
  /** Of the last request: most are like the one before, and a route that is one of thousands finds nothing in the cache. */
  #last: RequestSeries | undefined = undefined
  readonly #expired: MadeOnce<'stream' | 'call', Counter>
  readonly #upstreamErrors: MadeOnce<string, Counter>
  readonly #decisions: MadeOnce<string, MadeOnce<string, MadeOnce<string, Counter>>>
  readonly #duration: Histogram
  readonly #overhead: Histogram
  readonly #openRequests: Gauge
  readonly #openStreams: Gauge
  #requestsOpen = 0
  #streamsOpen = 0

  /** `metrics` are those of the route alone. */
  constructor(metrics: Metrics, route: string) {
    const { requests, openRequests, duration, overhead, openStreams, expired, upstreamErrors, decisions } = catalogue
    const ended = metrics.counter(requests.name, requests.help, labelsOf(requests))
    const late = metrics.counter(expired.name, expired.help, labelsOf(expired))
    const failed = metrics.counter(upstreamErrors.name, upstreamErrors.help, labelsOf(upstreamErrors))
    const decided = metrics.counter(decisions.name, decisions.help, labelsOf(decisions))
    this.operations = new OperationMetrics(metrics, route)
    const room = { left: REMEMBERED }
    this.#requests = new MadeOnce(
      room,
      method => new MadeOnce(room, status => ended.series(route, method, String(status)))
    )
    this.#expired = new MadeOnce(room, kind => late.series(route, kind))
    this.#upstreamErrors = new MadeOnce(room, code => failed.series(route, code))
    // A room of its own: filters choose their codes.
    const chosen = { left: REMEMBERED }
    this.#decisions = new MadeOnce(
      chosen,
      filter =>
        new MadeOnce(chosen, outcome => new MadeOnce(chosen, code => decided.series(route, filter, outcome, code)))
    )
    this.#duration = metrics.histogram(duration.name, duration.help, duration.buckets, labelsOf(duration)).series(route)
    this.#overhead = metrics.histogram(overhead.name, overhead.help, overhead.buckets, labelsOf(overhead)).series(route)
    this.#openRequests = metrics.gauge(openRequests.name, openRequests.help, labelsOf(openRequests)).series(route)
    this.#openStreams = metrics.gauge(openStreams.name, openStreams.help, labelsOf(openStreams)).series(route)
  }

  /** A request began. */
  began(): void {
    this.#openRequests.set(++this.#requestsOpen)
  }

  /** A request that began has ended; status 0 if no head was written. */
  ended(method: string, status: number, durationMs: number, decisions: readonly Decision[]): void {
    this.#openRequests.set(--this.#requestsOpen)
    const last = this.#last
    const like = last?.method === method && last.status === status ? last : this.#requestsLike(method, status)
    this.#last = like
    like.counter.add()
    this.#duration.observe(durationMs / 1000)
    for (const { filter, outcome, code } of decisions) this.#decisions.of(filter).of(outcome).of(code).add()
  }

  #requestsLike(method: string, status: number): RequestSeries {
    const counter = this.#requests.of(METHODS.has(method) ? method : 'other').of(status)
    return { method, status, counter }
  }

  /** The core refused something that is no whole request. */
  refusedUnread(status: number, code: string): void {
    this.#requests.of('other').of(status).add()
    this.#decisions.of('core').of('deny').of(code).add()
  }

  overhead(ms: number): void {
    this.#overhead.observe(ms / 1000)
  }

  upstreamError(code: string): void {
    this.#upstreamErrors.of(code).add()
  }

  /** An event stream or a call met its deadline. */
  expired(kind: 'stream' | 'call'): void {
    this.#expired.of(kind).add()
  }

  streamOpened(): void {
    this.#openStreams.set(++this.#streamsOpen)
  }

  streamClosed(): void {
    this.#openStreams.set(--this.#streamsOpen)
  }
}

/** Requests of one method and status. */
interface RequestSeries {
  readonly method: string
  readonly status: number
  readonly counter: Counter
}
