import type { Deadline, Logger } from '@sluice/plugin-api'
import type { Refused } from '../chain/run.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { errorEvents } from '../exchange/reply-body.ts'
import { tear } from '../exchange/tear.ts'
import type { OpenExchanges } from './open-exchanges.ts'

/**
 * How long, in milliseconds, what is left of an answer whose time is over may take: the rest of an event, or a slow client.
 * With a look at a file and two at the deadlines, a second each, whom a file revokes has nothing open 5 s later.
 */
const LAST_MS = 2000

/**
 * The deadlines of the exchanges that are under way. One look at all of them at a time: a timer for each request would cost
 * every call something, and nearly none is open long enough to meet its deadline.
 */
export class Deadlines {
  readonly #open: OpenExchanges
  readonly #log: Logger
  readonly #replyLate: (x: LiveExchange, refused: Refused) => void
  #timer: NodeJS.Timeout | undefined

  /** `replyLate` answers an exchange of which nothing of an answer is out, whatever is under way. */
  constructor(open: OpenExchanges, log: Logger, replyLate: (x: LiveExchange, refused: Refused) => void) {
    this.#open = open
    this.#log = log
    this.#replyLate = replyLate
  }

  /** Looks at them as often as this. */
  watch(everyMs: number): void {
    this.#timer = setInterval(() => this.#look(Date.now()), everyMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(now: number): void {
    for (const x of this.#open) {
      if (x.callDeadline === undefined) continue
      if (x.expiredAt === 0) this.#check(x, now)
      else if (now - x.expiredAt >= LAST_MS) tear(x)
    }
  }

  #check(x: LiveExchange, now: number): void {
    // What is all written, or being answered, is on its way out already.
    if (x.late || x.unsent !== undefined || x.res.writableEnded) return
    const { callDeadline, streamDeadline } = x
    if (now >= callDeadline!.callsAt) this.#end(x, callDeadline!, 'call', now)
    else if (now >= streamDeadline!.streamsAt && staysOpen(x)) this.#end(x, streamDeadline!, 'stream', now)
  }

  #end(x: LiveExchange, { filter, reply }: Deadline, kind: 'stream' | 'call', now: number): void {
    x.expiredAt = now
    x.ended = 'expired'
    x.chain.metrics.expired(kind)
    const { code = '', reason = code } = reply
    this.#log.info({ request: x.id, route: x.route.name, filter, kind, code }, 'ended, for its time is over')
    if (!x.res.headersSent) return this.#replyLate(x, { entry: filter, reply })
    x.decide({ filter, outcome: 'deny', code, reason })
    if (x.forwarding === undefined) tear(x)
    // A client that waits for an answer does not take the end of the stream for one.
    else x.forwarding.end(kind === 'call' ? errorEvents(reply, x.id, x.messages) : undefined)
  }
}

/** Whether the answer is an event stream that has no end of its own, unlike that of a call. */
const staysOpen = (x: LiveExchange): boolean =>
  x.forwarding?.isStream === true && (x.method !== 'POST' || isSubscription(x))

/**
 * Where nobody reads messages the client's word has to do, which revision 2026-07-28 demands and servers check. Whoever lies
 * has the stream until calls end, too.
 */
const isSubscription = ({ messages, req }: LiveExchange): boolean =>
  messages === undefined
    ? String(req.headers['mcp-method']).includes(SUBSCRIBE)
    : messages.all.some(({ method }) => method === SUBSCRIBE)

const SUBSCRIBE = 'subscriptions/listen'
