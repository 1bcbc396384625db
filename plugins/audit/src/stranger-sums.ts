import type { Decision, Exchange } from '@sluice/plugin-api'
import { jsonText } from './json-text.ts'
import type { Ledger } from './ledger.ts'
import { NO_CALL, NOBODY } from './record-fields.ts'
import { timeText } from './time-text.ts'

const MINUTE_MS = 60_000
/** Sums of one minute: whoever has more addresses than that shares one. */
const MOST = 10_000
const OTHERS = 'others'

interface Sum {
  readonly address: string
  readonly route: string
  /** Fields about what was answered. The reason is not among them: it may quote a token that nobody has verified. */
  readonly answer: string
  readonly first: number
  last: number
  count: number
}

/**
 * Adds up what was answered to those who have not proven who they are, refusals and what everybody may see, by address, kind
 * and minute: who knocks a million times must not fill the disk.
 */
export class StrangerSums {
  readonly #ledger: Pick<Ledger, 'record'>
  readonly #sums = new Map<string, Sum>()
  #timer: NodeJS.Timeout | undefined

  constructor(ledger: Pick<Ledger, 'record'>) {
    this.#ledger = ledger
  }

  /** Counts one; with status 0 it is a client that left before there was an answer. */
  add(x: Exchange, refusal: Decision | undefined, status: number): void {
    const now = Date.now()
    const answer = answerFields(x, refusal, status)
    const address = this.#sums.size < MOST ? x.clientIp : OTHERS
    const key = `${address} ${x.route.name} ${answer}`
    const sum = this.#sums.get(key)
    if (sum === undefined) {
      this.#sums.set(key, { address, route: x.route.name, answer, first: now, last: now, count: 1 })
      this.#timer ??= setTimeout(() => this.flush(), MINUTE_MS - (now % MINUTE_MS)).unref()
    } else {
      sum.count++
      sum.last = now
    }
  }

  /** Records all sums, and begins anew. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const { address, route, answer, first, last, count } of this.#sums.values()) {
      this.#ledger.record(
        'summary',
        `"type":"summary","request":null,"route":${jsonText(route)},${NOBODY},${NO_CALL},${answer}` +
          `,"address":${jsonText(address)},"count":${count},"first":"${timeText(first)}","last":"${timeText(last)}"`
      )
    }
    this.#sums.clear()
  }
}

const answerFields = ({ endpoint }: Exchange, refusal: Decision | undefined, status: number): string => {
  const { outcome = status === 0 ? 'none' : 'allow', filter, code } = refusal ?? {}
  const where = endpoint === undefined ? '' : `"endpoint":${jsonText(endpoint.path)},`
  return `${where}"decision":"${outcome}","filter":${jsonText(filter)},"rule":null,"code":${jsonText(code)},"reason":null,"status":${status}`
}
