import type { Histogram, Metrics } from '@sluice/plugin-api'
import { catalogue, labelsOf } from './catalogue.ts'
import { ListedNames } from './listed-names.ts'
import { MadeOnce } from './made-once.ts'
import type { OperationFailure } from './operation-failure.ts'

/** Requests and notifications of a client, of all revisions of MCP and of its extension for tasks. */
const METHODS = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/cancel',
  'tasks/update',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed'
])
const OTHER = 'other'
/** More than the methods, 200 tools, 200 prompts, and some failures of each. */
const REMEMBERED = 4000

/** What is recorded of an operation. */
interface Operation {
  readonly method: string
  readonly target: string | undefined
}

/** Characters of a method and a target together. */
const LONGEST_KEPT = 256

/** Operations of one method and target that ended alike. */
interface OperationSeries extends Operation {
  readonly failure: OperationFailure
  readonly durations: Histogram
}

/** The duration of MCP requests and notifications, by OpenTelemetry's conventions. */
export class OperationMetrics {
  readonly #listed = { 'tools/call': new ListedNames(), 'prompts/get': new ListedNames() }
  readonly #durations: MadeOnce<string, MadeOnce<string, MadeOnce<OperationFailure, Histogram>>>
  /** Of the last operation: many are like the one before, and to compare texts is faster than to find them in four maps. */
  #last: OperationSeries | undefined = undefined

  constructor(metrics: Metrics, route: string) {
    const { name, help, buckets, ...others } = catalogue.operations
    const durations = metrics.histogram(name, help, buckets, labelsOf(others))
    const room = { left: REMEMBERED }
    this.#durations = new MadeOnce(
      room,
      method =>
        new MadeOnce(
          room,
          target =>
            new MadeOnce(room, ({ errorType, rpcCode }) => {
              const tool = method === 'tools/call' ? target : ''
              const prompt = method === 'prompts/get' ? target : ''
              return durations.series(route, method, tool, prompt, errorType, rpcCode)
            })
        )
    )
  }

  /** An operation is over. */
  ended({ method, target }: Operation, failure: OperationFailure, durationMs: number): void {
    const last = this.#last
    const same = last?.method === method && last.target === target && last.failure === failure
    const { durations } = same ? last : this.#seriesLike(method, target, failure)
    durations.observe(durationMs / 1000)
  }

  #seriesLike(method: string, target: string | undefined, failure: OperationFailure): OperationSeries {
    const name = METHODS.has(method) ? method : OTHER
    const durations = this.#durations.of(name).of(this.#target(name, target)).of(failure)
    const like = { method, target, failure, durations }
    // A stranger's text is not kept for long, and a long one not at all.
    if (method.length + (target?.length ?? 0) <= LONGEST_KEPT) this.#last = like
    return like
  }

  /** Whether an answer to this method tells names. */
  learnsOf(method: string): boolean {
    return method === 'tools/list' || method === 'prompts/list'
  }

  /** The upstream answered a request of this method. */
  answered(method: string, result: unknown): void {
    if (!this.learnsOf(method)) return
    const { tools, prompts } = (result ?? {}) as { readonly tools?: unknown; readonly prompts?: unknown }
    // What was among the others may have a name now.
    this.#last = undefined
    if (method === 'tools/list') this.#listed['tools/call'].learn(tools)
    else this.#listed['prompts/get'].learn(prompts)
  }

  #target(method: string, target: string | undefined): string {
    if (method !== 'tools/call' && method !== 'prompts/get') return ''
    return target !== undefined && this.#listed[method].has(target) ? target : OTHER
  }
}
