import type {
  Finish,
  JsonRpcId,
  McpResult,
  McpResultOutcome,
  Outcome,
  Reply,
  RequestHead,
  ResponseHead
} from '@sluice/plugin-api'
import type { LiveExchange } from '../exchange/exchange.ts'
import type { Message } from '../mcp/message.ts'

/** A reply, and the entry that gave it. */
export interface Refused {
  readonly entry: string
  readonly reply: NonNullable<Outcome>
  /** The message that was refused, if it was one. */
  readonly call?: JsonRpcId
}

/** A hook that threw, and where. */
export class FilterError extends Error {
  override name = 'FilterError'
  readonly entry: string

  constructor(entry: string, hook: string, cause: unknown) {
    super(`${hook} of ${entry} threw`, { cause })
    this.entry = entry
  }
}

type Maybe<T> = T | Promise<T>

/** A plugin in plain JavaScript may return anything. @throws FilterError for what is no reply */
export const asReply = (entry: string, hook: string, reply: Reply): Refused => {
  const status = (reply as Reply | null)?.status ?? 0
  if (Number.isInteger(status) && status >= 200 && status <= 599) return { entry, reply }
  throw new FilterError(
    entry,
    hook,
    new TypeError('It returned neither undefined nor a reply with a status of 200 to 599')
  )
}

/**
 * Runs `onRequest` in order until one replies. Gives a promise only if a hook gave one.
 *
 * @throws FilterError
 */
export const runOnRequest = (x: LiveExchange, from = 0): Maybe<Refused | undefined> => {
  const hooks = x.chain.onRequest
  for (let i = from; i < hooks.length; i++) {
    const { entry, filter, run } = hooks[i]!
    let outcome: Maybe<Outcome>
    try {
      outcome = run.call(filter, x)
    } catch (error) {
      throw new FilterError(entry, 'onRequest', error)
    }
    if (outcome === undefined) continue
    if (!isPromise(outcome)) return asReply(entry, 'onRequest', outcome)
    return outcome.then(
      reply => (reply === undefined ? runOnRequest(x, i + 1) : asReply(entry, 'onRequest', reply)),
      error => {
        throw new FilterError(entry, 'onRequest', error)
      }
    )
  }
  return undefined
}

/**
 * Runs `onMcpRequest` for each message of the body, and for each in the order of the filters, until one replies. Gives a
 * promise only if a hook gave one.
 *
 * @throws FilterError
 */
export const runOnMcpRequest = (
  messages: readonly Message[],
  x: LiveExchange,
  from = 0
): Maybe<Refused | undefined> => {
  const hooks = x.chain.onMcpRequest
  for (let i = from; i < messages.length * hooks.length; i++) {
    const message = messages[Math.floor(i / hooks.length)]!
    const { entry, filter, wants, run } = hooks[i % hooks.length]!
    if (!wants(message.method)) continue
    let outcome: Maybe<Outcome>
    try {
      outcome = run.call(filter, message, x)
    } catch (error) {
      throw new FilterError(entry, 'onMcpRequest', error)
    }
    if (outcome === undefined) continue
    if (!isPromise(outcome)) return { ...asReply(entry, 'onMcpRequest', outcome), call: message.id }
    return outcome.then(
      reply =>
        reply === undefined
          ? runOnMcpRequest(messages, x, i + 1)
          : { ...asReply(entry, 'onMcpRequest', reply), call: message.id },
      error => {
        throw new FilterError(entry, 'onMcpRequest', error)
      }
    )
  }
  return undefined
}

/**
 * Runs `onUpstream`, last filter first, until one replies. Gives a promise only if a hook gave one.
 *
 * @throws FilterError
 */
export const runOnUpstream = (head: RequestHead, x: LiveExchange, from = 0): Maybe<Refused | undefined> => {
  const hooks = x.chain.onUpstream
  for (let i = from; i < hooks.length; i++) {
    const { entry, filter, run } = hooks[i]!
    let outcome: Maybe<Outcome>
    try {
      outcome = run.call(filter, head, x)
    } catch (error) {
      throw new FilterError(entry, 'onUpstream', error)
    }
    if (outcome === undefined) continue
    if (!isPromise(outcome)) return asReply(entry, 'onUpstream', outcome)
    return outcome.then(
      reply => (reply === undefined ? runOnUpstream(head, x, i + 1) : asReply(entry, 'onUpstream', reply)),
      error => {
        throw new FilterError(entry, 'onUpstream', error)
      }
    )
  }
  return undefined
}

/**
 * Runs `onResponse`, last filter first, for all filters of the chain. Where one threw, the answer that takes the place
 * of the first passes only those that have not run yet: each runs once an exchange.
 *
 * @throws FilterError
 */
export const runOnResponse = (head: ResponseHead, x: LiveExchange): Maybe<void> => {
  const hooks = x.chain.onResponse
  while (x.responseHooksRun < hooks.length) {
    const { entry, filter, run } = hooks[x.responseHooksRun++]!
    let waiting: void | Promise<void>
    try {
      waiting = run.call(filter, head, x)
    } catch (error) {
      throw new FilterError(entry, 'onResponse', error)
    }
    if (!isPromise(waiting)) continue
    return waiting.then(
      () => runOnResponse(head, x),
      error => {
        throw new FilterError(entry, 'onResponse', error)
      }
    )
  }
}

/** What the hooks made of a result: another one, or a refusal. */
export type ResultOutcome = { readonly result: unknown } | Refused | undefined

/**
 * Runs `onMcpResult` of those who want one of `methods`, or of all if there are none, last filter first; each sees what those before it made of the result, until one replies. Gives a
 * promise only if a hook gave one.
 *
 * @throws FilterError
 */
export const runOnMcpResult = (
  result: McpResult,
  methods: readonly string[],
  x: LiveExchange,
  from = 0,
  changed = false
): Maybe<ResultOutcome> => {
  const hooks = x.chain.onMcpResult
  const goOn = (outcome: McpResultOutcome, at: number): Maybe<ResultOutcome> => {
    if (outcome === undefined) return runOnMcpResult(result, methods, x, at + 1, changed)
    if (outcome !== null && 'result' in outcome)
      return runOnMcpResult({ ...result, result: outcome.result }, methods, x, at + 1, true)
    const { entry } = hooks[at]!
    const refused = asReply(entry, 'onMcpResult', outcome)
    // There is no answer of its own to give in place of a result, and a refusal that nobody can look up is none.
    if (outcome.code !== undefined) return { ...refused, call: result.id }
    throw new FilterError(
      entry,
      'onMcpResult',
      new TypeError('The reply to a result has no code: it can only be refused')
    )
  }
  for (let i = from; i < hooks.length; i++) {
    const { entry, filter, wants, run } = hooks[i]!
    // A result of no known method could be of any: nobody who asked for results may miss it.
    if (methods.length > 0 && !methods.some(wants)) continue
    let outcome: Maybe<McpResultOutcome>
    try {
      outcome = run.call(filter, result, x)
    } catch (error) {
      throw new FilterError(entry, 'onMcpResult', error)
    }
    if (isPromise(outcome)) {
      return outcome.then(
        settled => goOn(settled, i),
        error => {
          throw new FilterError(entry, 'onMcpResult', error)
        }
      )
    }
    if (outcome !== undefined) return goOn(outcome, i)
  }
  return changed ? { result: result.result } : undefined
}

/** Runs `onFinish`, last filter first, for all filters; one that throws is reported and stops nothing. */
export const runOnFinish = (end: Finish, x: LiveExchange, report: (error: FilterError) => void): void => {
  const hooks = x.chain.onFinish
  for (const { entry, filter, run } of hooks) {
    try {
      const waiting: unknown = run.call(filter, end, x)
      // The contract has it synchronous, but types let an async function pass, and its rejection would end the process.
      if (isPromise(waiting)) waiting.catch((error: unknown) => report(new FilterError(entry, 'onFinish', error)))
    } catch (error) {
      report(new FilterError(entry, 'onFinish', error))
    }
  }
}

export const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
