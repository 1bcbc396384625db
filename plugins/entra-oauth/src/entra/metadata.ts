import { isLoopback, type Logger, type PluginContext } from '@sluice/plugin-api'
import type { Runtime } from '../runtime.ts'
import { fetchJson } from './fetch-json.ts'

const REFRESH_MS = 3_600_000
const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 60_000

/** What is taken from a tenant's OpenID metadata. */
export interface EntraEndpoints {
  readonly issuer: string
  readonly authorize: string
  readonly token: string
  readonly keys: string
}

/** Where a tenant's metadata is. */
export interface TenantAddress {
  /** An origin. */
  readonly authority: string
  readonly tenant: string
}

/** A tenant's metadata: fetched at once, refreshed every hour, kept while that fails. No request ever waits for it. */
export class EntraMetadata {
  /** `undefined` before the first time. */
  endpoints: EntraEndpoints | undefined = undefined
  readonly #url: string
  readonly #runtime: Runtime
  readonly #log: Logger
  readonly #closed = new AbortController()
  readonly #watchers = new Set<(failure: string | undefined) => void>()
  #failure: string | undefined = 'not fetched yet'
  #retryMs = FIRST_RETRY_MS
  #cancel = (): void => {}

  constructor({ authority, tenant }: TenantAddress, runtime: Runtime, log: Logger) {
    this.#url = `${authority}/${tenant}/v2.0/.well-known/openid-configuration`
    this.#runtime = runtime
    this.#log = log
    void this.#refresh()
  }

  /** Tells now and after each fetch why it failed, if it did. Returns how to stop. */
  watch(watcher: (failure: string | undefined) => void): () => void {
    watcher(this.#failure)
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  close(): void {
    this.#closed.abort()
    this.#cancel()
  }

  async #refresh(): Promise<void> {
    let nextMs = REFRESH_MS
    try {
      const { status, document } = await fetchJson(this.#url, this.#runtime, { signal: this.#closed.signal })
      if (status !== 200) throw new Error(`${this.#url} answered ${status}`)
      this.endpoints = readEndpoints(document, this.#url)
      this.#failure = undefined
      this.#retryMs = FIRST_RETRY_MS
    } catch (error) {
      if (this.#closed.signal.aborted) return
      nextMs = this.#retryMs
      this.#retryMs = Math.min(2 * nextMs, LAST_RETRY_MS)
      this.#fail(error instanceof Error ? error.message : String(error))
    }
    this.#cancel = this.#runtime.schedule(nextMs, () => void this.#refresh())
    for (const watcher of this.#watchers) watcher(this.#failure)
  }

  #fail(reason: string): void {
    if (this.#failure !== reason) this.#log.warn({ reason }, 'the metadata of Entra could not be fetched; trying again')
    this.#failure = reason
  }
}

/** Takes a tenant's metadata, shared by all who use it, and holds `/readyz` back until it is there. */
export const useMetadata = (address: TenantAddress, ctx: PluginContext, runtime: Runtime): EntraMetadata => {
  const metadata = ctx.sharedAcross(
    `metadata ${address.authority} ${address.tenant}`,
    () => new EntraMetadata(address, runtime, ctx.log),
    used => used.close()
  )
  const readiness = ctx.readiness(`metadata of ${address.tenant}`)
  const stop = metadata.watch(failure => (failure === undefined ? readiness.ready() : readiness.notReady(failure)))
  ctx.signal.addEventListener('abort', stop, { once: true })
  return metadata
}

/** A document that came over TLS is believed about where the endpoints are, but never to leave TLS. */
const readEndpoints = (document: Readonly<Record<string, unknown>>, from: string): EntraEndpoints => {
  const emulated = from.startsWith('http:')
  const read = (name: string): string => {
    const text = document[name]
    const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
    const safe = url?.protocol === 'https:' || (emulated && url?.protocol === 'http:' && isLoopback(url.hostname))
    if (url === undefined || !safe || url.username !== '' || url.hash !== '')
      throw new Error(`${from} names no safe ${name}`)
    return text as string
  }
  return {
    issuer: read('issuer'),
    authorize: read('authorization_endpoint'),
    token: read('token_endpoint'),
    keys: read('jwks_uri')
  }
}
