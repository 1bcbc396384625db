import { isIP } from 'node:net'
import type { Logger } from '@sluice/plugin-api'
import { LRUCache } from 'lru-cache'
import { InFlight } from '../in-flight.ts'
import { OAuthFault } from '../oauth-fault.ts'
import { redirectFault } from '../redirect-uri.ts'
import type { Runtime } from '../runtime.ts'
import type { Client } from './client.ts'
import { fetchDocument } from './fetch-document.ts'
import { readIntroduction } from './introduction.ts'

const MAX_DOCUMENTS = 500
/** Fetches that may be under way at the same time: a stranger says where they go. */
const MAX_FETCHES = 8
const MAX_LENGTH = 500
const MIN_SECONDS = 60
const MAX_SECONDS = 3600
const DEFAULT_SECONDS = 300
/** For a document that is no good. */
const FAILED_SECONDS = 30

interface Kept {
  readonly client: Promise<Client>
  /** Milliseconds since 1970. */
  until: number
}

/** Clients whose id is the address of a document that introduces them (OAuth Client ID Metadata Document). */
export class ClientDocuments {
  readonly #hosts: ReadonlySet<string>
  readonly #runtime: Runtime
  readonly #log: Logger
  readonly #fetches = new InFlight(MAX_FETCHES)
  readonly #kept = new LRUCache<string, Kept>({ max: MAX_DOCUMENTS })

  constructor(hosts: ReadonlySet<string>, runtime: Runtime, log: Logger) {
    this.#hosts = hosts
    this.#runtime = runtime
    this.#log = log
  }

  /** The client that a document introduces, fetched or remembered. @throws OAuthFault for one that is no good */
  find(id: string): Promise<Client> {
    const known = this.#kept.get(id)
    if (known !== undefined && this.#runtime.now() < known.until) return known.client
    // Those who come while it is fetched wait for the same.
    const kept: Kept = { client: this.#fetch(id, seconds => void (kept.until = this.#after(seconds))), until: Infinity }
    this.#kept.set(id, kept)
    return kept.client
  }

  #after(seconds: number): number {
    return this.#runtime.now() + seconds * 1000
  }

  async #fetch(id: string, keep: (seconds: number) => void): Promise<Client> {
    try {
      const { document, maxAge = DEFAULT_SECONDS } = await this.#fetches.run(() =>
        fetchDocument(new URL(id), this.#runtime)
      )
      const client = this.#read(id, document)
      keep(Math.min(Math.max(maxAge, MIN_SECONDS), MAX_SECONDS))
      return client
    } catch (error) {
      // One that could not even be asked for is asked for again.
      const busy = error instanceof OAuthFault && error.code === 'SLUICE_OAUTH_BUSY'
      keep(busy ? 0 : FAILED_SECONDS)
      if (busy) throw error
      this.#log.info({ client: id, reason: (error as Error).message }, 'the document of a client is no good')
      // Why a connection failed is for the operator: to anybody else the gateway would be a means to look around.
      throw new OAuthFault('SLUICE_OAUTH_CLIENT_DOCUMENT')
    }
  }

  #read(id: string, document: Readonly<Record<string, unknown>>): Client {
    if (document['client_id'] !== id) throw new Error('client_id is not its address')
    if ((document['token_endpoint_auth_method'] ?? 'none') !== 'none') throw new Error('it is no public client')
    const read = readIntroduction({ ...document, redirect_uris: this.#allowed(document['redirect_uris']) }, this.#hosts)
    if ('about' in read) throw new Error(read.text)
    const { host } = new URL(id)
    return { id, name: read.name === '' ? host : read.name, redirects: read.redirects, host, trustedName: false }
  }

  /** A document is the same for all servers: what it lists for others is left out. */
  #allowed(uris: unknown): unknown {
    if (!Array.isArray(uris)) return uris
    return (uris as readonly unknown[]).filter(
      uri => typeof uri === 'string' && redirectFault(uri, this.#hosts) === undefined
    )
  }
}

/** Whether a client id is the address of a document: https, a name and no IP address, the usual port, a path, one spelling. */
export const isDocumentAddress = (id: string): boolean => {
  if (id.length > MAX_LENGTH || !id.startsWith('https://') || !URL.canParse(id)) return false
  const { href, hostname, port, username, password, hash, pathname } = new URL(id)
  const named = isIP(hostname) === 0 && !hostname.startsWith('[') && hostname.includes('.') && !hostname.endsWith('.')
  return href === id && named && port === '' && username === '' && password === '' && hash === '' && pathname !== '/'
}
