import { createHash } from 'node:crypto'
import {
  ConfigFault,
  isLoopback,
  parseDuration,
  type Logger,
  type PluginContext,
  type Principal
} from '@sluice/plugin-api'
import { LRUCache } from 'lru-cache'
import type { GroupsConfig } from './config.ts'
import { GraphToken } from './graph-token.ts'

type Groups = readonly string[]

/** Callers whose groups are remembered. */
const MOST = 10_000
/** Milliseconds in which Graph is left alone after it failed, unless it says how long. */
const PAUSE = 5000

/**
 * Asks Microsoft Graph for the groups of a person whose token has too many to list them. The person is the token's own
 * `oid` in its own tenant; the address in the token is never followed.
 */
export class GraphGroups {
  readonly #graph: string
  readonly #timeoutMs: number
  readonly #token: GraphToken
  readonly #log: Logger
  readonly #known: LRUCache<string, Groups, Principal>
  #pausedUntil = 0
  #away = false

  constructor({ graph, authority, credential, maxAge, timeout }: GroupsConfig, log: Logger) {
    this.#graph = graph
    this.#timeoutMs = parseDuration(timeout)
    this.#token = new GraphToken(authority, graph, credential, this.#timeoutMs)
    this.#log = log
    this.#known = new LRUCache({
      max: MOST,
      ttl: parseDuration(maxAge),
      fetchMethod: (_key, _old, { context }) => this.#ask(context)
    })
  }

  /** The groups of a person; `undefined` where they cannot be found out now. A promise only where Graph has to be asked. */
  of(principal: Principal): Groups | undefined | Promise<Groups | undefined> {
    const { tenantId, objectId, kind } = principal
    if ((kind !== 'user' && kind !== 'agent-user') || !GUID.test(tenantId) || !GUID.test(objectId)) return undefined
    const key = `${tenantId} ${objectId}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (performance.now() < this.#pausedUntil) return undefined
    return this.#known.fetch(key, { context: principal }).then(
      groups => this.#came(groups),
      (error: unknown) => this.#failed(error)
    )
  }

  async #ask({ tenantId, objectId }: Principal): Promise<Groups> {
    const response = await fetch(`${this.#graph}/v1.0/users/${objectId}/getMemberObjects`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(this.#timeoutMs),
      headers: { authorization: `Bearer ${await this.#token.of(tenantId)}`, 'content-type': 'application/json' },
      body: '{"securityEnabledOnly":false}'
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new GraphFault(`Microsoft Graph answered ${response.status}`, response.headers.get('retry-after'))
    }
    const { value } = (await response.json()) as { readonly value?: unknown }
    if (!Array.isArray(value) || !value.every(id => typeof id === 'string'))
      throw new GraphFault('there is no list in it')
    return value.map(id => id.toLowerCase())
  }

  #came(groups: Groups | undefined): Groups | undefined {
    if (this.#away) this.#log.info({}, 'groups can be found out again')
    this.#away = false
    return groups
  }

  /** Once an outage, and never with what was sent. */
  #failed(error: unknown): undefined {
    const wait = error instanceof GraphFault ? Number(error.retryAfter) * 1000 : 0
    this.#pausedUntil = performance.now() + (wait > 0 ? wait : PAUSE)
    const reason = error instanceof Error ? error.message : String(error)
    if (!this.#away) this.#log.warn({ reason }, 'groups cannot be found out; rules on them count against the caller')
    this.#away = true
    return undefined
  }
}

class GraphFault extends Error {
  override name = 'GraphFault'
  readonly retryAfter: string | null

  constructor(message: string, retryAfter: string | null = null) {
    super(message)
    this.retryAfter = retryAfter
  }
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** One for all entries that ask the same with the same credential. @throws ConfigFault for what is not safe to ask */
export const useGraphGroups = (config: GroupsConfig | undefined, ctx: PluginContext): GraphGroups | undefined => {
  if (config === undefined) return undefined
  for (const key of ['authority', 'graph'] as const) {
    const url = URL.canParse(config[key]) ? new URL(config[key]) : undefined
    if (url?.origin !== config[key] || (url.protocol !== 'https:' && !isLoopback(url.hostname)))
      throw new ConfigFault(['groups', key], 'an https origin belongs here, without a path')
  }
  if (parseDuration(config.timeout, ['groups', 'timeout']) > 30_000)
    throw new ConfigFault(['groups', 'timeout'], 'no call should wait for more than 30s')
  parseDuration(config.maxAge, ['groups', 'maxAge'])
  const key = createHash('sha256').update(JSON.stringify(config)).digest('base64url')
  return ctx.sharedAcross(`groups ${key}`, () => new GraphGroups(config, ctx.log))
}
