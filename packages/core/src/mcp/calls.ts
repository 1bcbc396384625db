import type { JsonRpcId, McpCall } from '@sluice/plugin-api'
import type { Messages } from './messages.ts'
import { isObject } from './target.ts'

/** The calls of an exchange, and how each ends. Only what somebody reads is known: a call without answer is `unanswered`. */
export class Calls {
  readonly #calls: Map<JsonRpcId, McpCall>
  readonly #answeredAt = new Map<JsonRpcId, number>()

  constructor(messages: Messages) {
    const requests = messages.all.filter(({ kind }) => kind === 'request')
    this.#calls = new Map(requests.map(({ id, method, target }) => [id, { id, method, target, outcome: 'unanswered' }]))
  }

  get(id: JsonRpcId): McpCall | undefined {
    return this.#calls.get(id)
  }

  /** When an answer has come, in milliseconds of `performance.now()`. */
  answeredAt(id: JsonRpcId): number | undefined {
    return this.#answeredAt.get(id)
  }

  /** An answer has come. */
  answered(id: JsonRpcId, result: unknown, error: { readonly code: number } | undefined): void {
    const call = this.#calls.get(id)
    if (call === undefined) return
    this.#answeredAt.set(id, performance.now())
    if (error !== undefined) this.#calls.set(id, { ...call, outcome: 'rpc-error', rpcCode: error.code })
    else this.#calls.set(id, { ...call, outcome: isObject(result) && result['isError'] === true ? 'tool-error' : 'ok' })
  }

  /** A filter refused what came of it. */
  refused(id: JsonRpcId): void {
    const call = this.#calls.get(id)
    if (call !== undefined) this.#calls.set(id, { ...call, outcome: 'refused' })
  }

  /** A filter refused one of them, and so all. */
  allRefused(): void {
    for (const [id, call] of this.#calls) this.#calls.set(id, { ...call, outcome: 'refused' })
  }

  list(): readonly McpCall[] {
    return Array.from(this.#calls.values())
  }
}
