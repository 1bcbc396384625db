import type { Logger, Principal } from '@sluice/plugin-api'
import { LRUCache } from 'lru-cache'
import { GraphOutage } from './graph-outage.ts'
import type { GraphToken } from './graph-token.ts'

type Groups = readonly string[]

/** Callers whose groups are remembered. */
const MOST = 10_000
/** Outages that are remembered: two a tenant. */
const MOST_OUTAGES = 1000
/** Milliseconds in which Graph is not asked again about a caller of whom it tells nothing. */
const UNKNOWN_MS = 5000

/** Where Graph has a kind of callers. */
type Collection = 'users' | 'servicePrincipals'

/** What the log calls them. */
const ABOUT: Readonly<Record<Collection, string>> = { users: 'people', servicePrincipals: 'applications' }

/** What Graph said of one caller. */
interface Answer {
  /** `undefined` where it tells nothing of this one. */
  readonly groups: Groups | undefined
}

/** How Graph is asked. */
export interface GraphGroupsOptions {
  /** Origin of Microsoft Graph. */
  readonly graph: string
  readonly token: GraphToken
  /** Whether distribution lists and Microsoft 365 groups are left out of the groups of people. */
  readonly securityEnabledOnly: boolean
  /** Milliseconds that groups are believed. */
  readonly maxAgeMs: number
  /** Milliseconds that a call waits for an answer. */
  readonly timeoutMs: number
}

/**
 * Asks Microsoft Graph for the groups of a caller whose token does not list them. The caller is the token's own `oid` in
 * its own tenant; the address in the token is never followed.
 */
export class GraphGroups {
  readonly #options: GraphGroupsOptions
  readonly #log: Logger
  /** By tenant and collection: a tenant that has not consented says nothing of another one. */
  readonly #outages = new LRUCache<string, GraphOutage>({ max: MOST_OUTAGES })
  readonly #known: LRUCache<string, Answer, Principal>

  constructor(options: GraphGroupsOptions, log: Logger) {
    this.#options = options
    this.#log = log
    this.#known = new LRUCache({
      max: MOST,
      ttl: options.maxAgeMs,
      fetchMethod: async (_key, _old, { context, options: kept }) => {
        const answer = await this.#ask(context)
        if (answer.groups === undefined) kept.ttl = UNKNOWN_MS
        return answer
      }
    })
  }

  /** The groups of a caller; `undefined` where they cannot be found out now. A promise only where Graph has to be asked. */
  of(principal: Principal): Groups | undefined | Promise<Groups | undefined> {
    const { tenantId, objectId, groups } = principal
    if (groups !== undefined && !leavesGroupsOut(principal)) return groups
    if (!GUID.test(tenantId) || !GUID.test(objectId)) return undefined
    const key = `${tenantId} ${objectId}`
    const known = this.#known.get(key)
    if (known !== undefined) return known.groups
    const outage = this.#outageOf(principal)
    if (outage.lasts) return undefined
    return this.#known.fetch(key, { context: principal }).then(
      answer => {
        outage.end()
        return answer?.groups
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        outage.begin(reason, error instanceof GraphFault ? error.pauseMs : undefined)
        return undefined
      }
    )
  }

  #outageOf(principal: Principal): GraphOutage {
    const { tenantId } = principal
    const collection = collectionOf(principal)
    const key = `${tenantId} ${collection}`
    const known = this.#outages.get(key)
    if (known !== undefined) return known
    const outage = new GraphOutage({ of: ABOUT[collection], tenant: tenantId }, this.#log)
    this.#outages.set(key, outage)
    return outage
  }

  async #ask(principal: Principal): Promise<Answer> {
    const { graph, token, timeoutMs, securityEnabledOnly } = this.#options
    const { tenantId, objectId } = principal
    const collection = collectionOf(principal)
    const bearer = await token.of(tenantId)
    const response = await fetch(`${graph}/v1.0/${collection}/${objectId}/getMemberObjects`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      // Graph refuses true for all but people. Applications can be members of security groups alone.
      body: JSON.stringify({ securityEnabledOnly: securityEnabledOnly && collection === 'users' })
    })
    if (!response.ok) {
      await response.body?.cancel()
      // Of this one alone: it is not there (any more), or in too many groups.
      if (response.status === 404 || response.status === 400) return { groups: undefined }
      throw new GraphFault(`Microsoft Graph answered ${response.status}`, response.headers.get('retry-after'))
    }
    const { value } = (await response.json()) as { readonly value?: unknown }
    if (!Array.isArray(value) || !value.every(id => typeof id === 'string'))
      throw new GraphFault('there is no list in it')
    return { groups: value.map(id => id.toLowerCase()) }
  }
}

const collectionOf = ({ kind }: Principal): Collection =>
  kind === 'user' || kind === 'agent-user' ? 'users' : 'servicePrincipals'

/** The token of an application that has no groups says nothing of them: Entra promises them for people alone. */
const leavesGroupsOut = (principal: Principal): boolean =>
  collectionOf(principal) === 'servicePrincipals' && !('groups' in principal.claims)

class GraphFault extends Error {
  override name = 'GraphFault'
  /** Milliseconds. */
  readonly pauseMs: number | undefined

  constructor(message: string, retryAfter: string | null = null) {
    super(message)
    const seconds = Number(retryAfter)
    this.pauseMs = seconds > 0 ? seconds * 1000 : undefined
  }
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
