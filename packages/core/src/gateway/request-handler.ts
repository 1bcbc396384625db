import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  asReply,
  FilterError,
  isPromise,
  type Refused,
  runOnMcpRequest,
  runOnRequest,
  runOnUpstream
} from '../chain/run.ts'
import { type CoreCode, codes, refusal } from '../codes.ts'
import { closeInTwoSteps, isClosing } from '../exchange/closing.ts'
import { endNow } from '../exchange/end-answer.ts'
import { LiveExchange } from '../exchange/exchange.ts'
import { tear } from '../exchange/tear.ts'
import type { ClientRequest } from '../http/client-request.ts'
import { requestHost } from '../http/host.ts'
import { requestFault, type RequestFault } from '../http/request-fault.ts'
import { parseRequestTarget } from '../http/request-target.ts'
import { Calls } from '../mcp/calls.ts'
import type { Message } from '../mcp/message.ts'
import { askForReadable } from '../mcp/readable-answer.ts'
import { withMessages } from '../mcp/request-messages.ts'
import { applyChanges } from '../mcp/rewrite.ts'
import { describeFault } from '../upstream/fault.ts'
import { Forwarding, type ForwardingEvents } from '../upstream/forwarding.ts'
import { type ReadBody, wholeBody, withRequestBody } from '../upstream/request-body.ts'
import { ForwardedHead } from '../upstream/request-head.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { answerInForm } from './answer-in-form.ts'
import { Deadlines } from './deadlines.ts'
import { callEndpoint } from './endpoint-call.ts'
import { finishExchange } from './finish.ts'
import { Pipelines } from './pipelines.ts'
import { CORE, recordRefusal } from './record-refusal.ts'
import { replyInError } from './reply-in-error.ts'
import { AMBIGUOUS } from './router.ts'
import type { OpenExchanges } from './open-exchanges.ts'
import type { ParentLogger, Services } from './services.ts'
import type { Site } from './site.ts'
import { UnnamedProxy } from './unnamed-proxy.ts'

const OTHER_SPELLING: RequestFault = {
  code: 'SLUICE_REQUEST_TARGET',
  reason: 'The path is another spelling of one that has a route of its own'
}
const NO_MESSAGES: readonly Message[] = []
const INVALID_TARGET = { path: '/', query: '', authority: undefined }

/** Takes each request from the router through its chain to an answer or to the upstream. */
export class RequestHandler implements ForwardingEvents {
  /** Where requests go from now on; those that are under way stay where they are. */
  site: Site
  readonly #log: ParentLogger
  readonly #pipelines = new Pipelines(socket => {
    this.#log.info({ peer: socket.remoteAddress }, 'closed a connection with too much behind an unanswered request')
    // At once: that the connection is closed is told a turn later, when the upstream may have begun.
    this.exchangeOn(socket)?.forwarding?.abandon()
    socket.destroy()
  })
  /** Exchanges that are under way. */
  readonly open: OpenExchanges
  readonly deadlines: Deadlines
  /** Every answer from now on asks the client to connect anew. */
  draining = false
  readonly #unnamedProxy: UnnamedProxy
  readonly #onConnection = new WeakMap<Socket, LiveExchange | undefined>()

  constructor(site: Site, { open, log }: Pick<Services, 'open' | 'log'>) {
    this.site = site
    this.open = open
    this.#log = log
    this.#unnamedProxy = new UnnamedProxy(log)
    this.deadlines = new Deadlines(this.open, log, (x, refused) => this.#replyLate(x, refused))
  }

  handle(req: ClientRequest, res: ServerResponse): void {
    if (Pipelines.isBehind(res)) return this.#pipelines.wait({ req, res })
    if (isClosing(req.socket)) return
    const { site } = this
    const target = parseRequestTarget(req.url!)
    const host = requestHost(req, target?.authority)
    const found = target === undefined || host === undefined ? undefined : site.router.find(target.path, host)
    const chain = found === AMBIGUOUS ? undefined : found
    const x = new LiveExchange(
      req,
      res,
      target ?? INVALID_TARGET,
      chain ?? site.unmatched,
      site.proxies,
      site.facts.cells()
    )
    this.#unnamedProxy.look(x)
    site.enter()
    x.chain.metrics.began()
    this.open.add(x)
    this.#onConnection.set(req.socket, x)
    res.on('close', () => this.#finish(x, site))
    const fault = found === AMBIGUOUS ? OTHER_SPELLING : requestFault(req, target, host)
    if (fault !== undefined) return this.#refuse(x, fault.code, fault.reason)
    this.#guarded(x, runOnRequest, refused => (refused === undefined ? this.#proceed(x) : this.#reply(x, refused)))
  }

  /** The exchange that is under way on a connection. */
  exchangeOn(socket: Socket): LiveExchange | undefined {
    return this.#onConnection.get(socket)
  }

  /**
   * Ends a connection that has brought what is no request: after the answers to the whole ones before it, which keep
   * them, or at once where the only one broke off and has no whole answer. `false` if nothing is under way.
   */
  endAfterAnswers(socket: Socket): boolean {
    const x = this.exchangeOn(socket)
    if (x === undefined) return false
    endNow(x)
    const last = this.#pipelines.lastWhole(socket) ?? (x.req.complete || x.res.writableEnded ? x : undefined)
    if (last === undefined) socket.destroy()
    else last.res.once('close', () => closeInTwoSteps(socket))
    return true
  }

  /** Refuses the request whose body does not end, or breaks off, if nothing of an answer is out. */
  refuseUnfinished(socket: Socket, code: CoreCode): boolean {
    const x = this.exchangeOn(socket)
    if (x === undefined || x.req.complete || x.res.headersSent) return false
    this.#replyLate(x, { entry: CORE, reply: refusal(code) })
    return true
  }

  /** Nobody of the open exchanges gets more time. */
  drainOpen(): void {
    for (const x of this.open) {
      x.ended = 'drained'
      this.#log.info({ request: x.id, route: x.route.name }, 'ended, for the gateway stops')
      if (x.res.headersSent) x.forwarding?.abandon()
      else this.#replyLate(x, { entry: CORE, reply: refusal('SLUICE_DRAINING') })
    }
  }

  fault(x: LiveExchange, code: CoreCode, error: unknown): void {
    x.chain.metrics.upstreamError(code)
    this.#log.warn(
      { request: x.id, route: x.route.name, code, ...describeFault(error) },
      'no answer of the upstream can be passed on'
    )
    this.#refuse(x, code)
  }

  refused(x: LiveExchange, refused: Refused): void {
    recordRefusal(x, refused, this.#log)
  }

  torn(x: LiveExchange, code: CoreCode, error: unknown): void {
    x.chain.metrics.upstreamError(code)
    x.decide({ filter: CORE, outcome: 'error', code, reason: codes[code].meaning })
    this.#log.warn({ request: x.id, route: x.route.name, code, ...describeFault(error) }, 'the answer broke off')
  }

  failedLate(x: LiveExchange, error: unknown): void {
    const at = error instanceof FilterError ? error : undefined
    this.#log.error(
      { request: x.id, route: x.route.name, entry: at?.entry, code: 'SLUICE_FILTER_FAILED', err: error },
      'a filter failed'
    )
  }

  failed(x: LiveExchange, error: unknown): void {
    const at = error instanceof FilterError ? error : undefined
    const instead = replyInError(at?.cause)
    if (instead === undefined || x.res.headersSent) this.failedLate(x, error)
    if (x.finished) return
    if (x.res.headersSent) {
      x.ended = 'gateway-error'
      tear(x)
      return
    }
    this.#reply(x, { entry: at?.entry ?? CORE, reply: instead ?? refusal('SLUICE_FILTER_FAILED') })
  }

  #proceed(x: LiveExchange): void {
    const { endpoint, owner, upstream } = x.chain
    if (endpoint !== undefined) {
      return this.#guarded(x, callEndpoint, reply => this.#reply(x, asReply(owner ?? CORE, 'handle', reply)))
    }
    if (upstream === undefined) return this.#refuse(x, 'SLUICE_ROUTE_NOT_FOUND')
    if (x.chain.mcpBodyBytes === undefined) return this.#toUpstream(x, upstream)
    withMessages(x, x.chain.mcpBodyBytes, (body, reply) => {
      if (x.finished || x.late) return
      if (reply !== undefined) return this.#reply(x, { entry: CORE, reply })
      if (x.messages !== undefined && x.chain.onMcpResult.length > 0) x.calls = new Calls(x.messages)
      this.#guarded(
        x,
        exchange => runOnMcpRequest(exchange.messages?.all ?? NO_MESSAGES, exchange),
        refused => (refused === undefined ? this.#toUpstream(x, upstream, body) : this.#reply(x, refused))
      )
    })
  }

  /** `body` is the whole one, where its messages were read. */
  #toUpstream(x: LiveExchange, upstream: Upstream, body?: ReadBody | null): void {
    const head = new ForwardedHead(x, upstream, x.chain.publicOrigin)
    this.#guarded(
      x,
      exchange => runOnUpstream(head, exchange),
      refused => (refused === undefined ? this.#forward(x, head, body) : this.#reply(x, refused))
    )
  }

  #forward(x: LiveExchange, head: ForwardedHead, body?: ReadBody | null): void {
    if (x.chain.onMcpResult.length > 0) askForReadable(head)
    // Until here it is the gateway's time; from here on the client's, who sends the body, and the upstream's.
    x.overheadMs = performance.now() - x.startedAt - x.waitedMs
    const changed = body === undefined ? undefined : applyChanges(body, x, head)
    if (changed?.reply !== undefined) return this.#reply(x, { entry: CORE, reply: changed.reply })
    const forwarding = new Forwarding(x, this)
    x.forwarding = forwarding
    if (changed !== undefined) return forwarding.send(head, wholeBody(changed.body), changed.body?.bytes.length)
    withRequestBody(x, (content, framing) => {
      if (!x.finished && !x.late && forwarding.wanted) forwarding.send(head, content, framing)
    })
  }

  /** Goes on with what `step` gives, at once or later; a throw becomes a 500, and a client that left meanwhile nothing. */
  #guarded<T>(x: LiveExchange, step: (x: LiveExchange) => T | Promise<T>, next: (value: T) => void): void {
    // What began before the client was told that it is too late leads nowhere.
    const { late } = x
    try {
      const value = step(x)
      if (!isPromise(value)) return next(value)
      value.then(
        settled => {
          if (!x.finished && x.late === late) this.#guarded(x, () => settled, next)
        },
        error => {
          if (x.late === late) this.failed(x, error)
        }
      )
    } catch (error) {
      this.failed(x, error)
    }
  }

  #refuse(x: LiveExchange, code: CoreCode, reason?: string): void {
    this.#reply(x, { entry: CORE, reply: refusal(code, reason) })
  }

  /** In place of whatever is under way. */
  #replyLate(x: LiveExchange, refused: Refused): void {
    x.forwarding?.abandon()
    x.late = true
    this.#reply(x, refused)
  }

  #reply(x: LiveExchange, refused: Refused): void {
    if (x.finished) return
    x.ownReply = refused.reply
    if (refused.reply.code !== undefined && refused.reply.status < 500) x.calls?.allRefused()
    recordRefusal(x, refused, this.#log)
    const answer = answerInForm(x, refused, error => this.failedLate(x, error))
    this.#guarded(
      x,
      () => answer.complete(),
      () => answer.write(x.late || this.draining)
    )
  }

  #finish(x: LiveExchange, site: Site): void {
    if (x.finished) return
    x.finished = true
    this.open.delete(x)
    if (this.#onConnection.get(x.req.socket) === x) this.#onConnection.set(x.req.socket, undefined)
    x.forwarding?.clientClosed()
    finishExchange(x, this.#log)
    site.leave()
    this.#goOn(x.req.socket)
  }

  /** What comes next on a connection whose answer is out. */
  #goOn(socket: Socket): void {
    const next = this.#pipelines.next(socket)
    if (next !== undefined) this.handle(next.req, next.res)
    // The head of the last answer may have said that the connection stays.
    else if (this.draining) socket.destroySoon()
  }
}
