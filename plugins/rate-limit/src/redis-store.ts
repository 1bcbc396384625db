import { Redis } from 'ioredis'
import type { Logger } from '@sluice/plugin-api'
import type { Rate, Verdict } from './gcra.ts'
import { type Charge, type Store, StoreAway } from './store.ts'

/** Milliseconds that a caller waits for the store at the most. */
const COMMAND_MS = 500
const CONNECT_MS = 2000
/** Milliseconds after which a store that does not answer is gone: until it is back, calls do not wait for it. */
const SILENCE_MS = 1000
/** Milliseconds between two attempts to connect, at the most. */
const RETRY_MS = 1000

/**
 * The algorithm of gcra.ts, by the store's own clock, so that replicas need not agree about the time. Its numbers are
 * whole and below 2^53, so Lua's doubles hold them exactly.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local aheads, afters, longest = {}, {}, 1
for i, key in ipairs(KEYS) do
  aheads[i] = math.max((tonumber(redis.call('GET', key)) or 0) - now, 0)
  afters[i] = aheads[i] + tonumber(ARGV[2 + i]) * interval
  if afters[i] > afters[longest] then longest = i end
end
if afters[longest] > tolerance then return { 0, string.format('%.0f', aheads[longest]), longest } end
for i, key in ipairs(KEYS) do
  if afters[i] > 0 then
    redis.call('SET', key, string.format('%.0f', now + afters[i]), 'PX', math.ceil(afters[i] / 1000))
  end
end
return { 1, string.format('%.0f', afters[longest]), longest }
`

interface WithTake extends Redis {
  take(
    keys: number,
    ...keysAndArguments: (string | number)[]
  ): Promise<[allowed: number, ahead: string, longest: number]>
}

/** Counts in a Redis or Valkey that several processes share, in one round trip a request. */
export class RedisStore implements Store {
  readonly #redis: WithTake
  readonly #log: Logger
  readonly #watchers = new Set<(failure: string | undefined) => void>()
  #away = false
  /** Why it cannot be reached; `undefined` if it can. */
  #failure: string | undefined = 'not reached yet'

  constructor(url: string, log: Logger) {
    this.#log = log
    this.#redis = new Redis(url, {
      // Nobody waits for a store that is away: a call is decided now.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_MS,
      socketTimeout: SILENCE_MS,
      connectTimeout: CONNECT_MS,
      // After a failover the address may be that of a replica, which takes no writes.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
      retryStrategy: attempts => Math.min(50 * 2 ** Math.min(attempts, 10), RETRY_MS),
      scripts: { take: { lua: SCRIPT } }
    }) as WithTake
    this.#redis.on('ready', () => this.#back())
    this.#redis.on('error', (error: Error) => this.#fail(error))
  }

  /** Tells now and whenever it changes why the store cannot be reached. Returns how to stop. */
  watch(watcher: (failure: string | undefined) => void): () => void {
    watcher(this.#failure)
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  async take(charges: readonly Charge[], { interval, tolerance }: Rate): Promise<Verdict> {
    try {
      const keys = charges.map(({ key }) => key)
      const costs = charges.map(({ cost }) => cost)
      const [allowed, ahead, longest] = await this.#redis.take(keys.length, ...keys, interval, tolerance, ...costs)
      if (this.#away) this.#back()
      return { allowed: allowed === 1, cost: costs[longest - 1]!, ahead: Number(ahead) }
    } catch (error) {
      this.#fail(error as Error)
      throw new StoreAway('The store of rate limits is away', { cause: error })
    }
  }

  close(): void {
    this.#redis.disconnect()
  }

  #back(): void {
    if (this.#away) this.#log.info({}, 'the store of rate limits is back')
    this.#away = false
    this.#tell(undefined)
  }

  /** Once an outage. The address may hold a password, and is not said. */
  #fail(error: Error): void {
    if (!this.#away) this.#log.warn({ reason: reasonOf(error) }, 'the store of rate limits is away; trying again')
    this.#away = true
    this.#tell(reasonOf(error))
  }

  #tell(failure: string | undefined): void {
    this.#failure = failure
    for (const watcher of this.#watchers) watcher(failure)
  }
}

const reasonOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message
