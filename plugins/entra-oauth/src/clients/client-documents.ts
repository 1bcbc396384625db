import { isIP } from 'node:net'
import type { Logger } from '@sluice/plugin-api'
import { LRUCache } from 'lru-cache'
import { OAuthFault } from '../oauth-fault.ts'
import { redirectFault } from '../redirect-uri.ts'
import type { Runtime } from '../runtime.ts'
import type { Client } from './client.ts'
import { fetchDocument } from './fetch-document.ts'
import { HostSlots } from './host-slots.ts'
import { readIntroduction } from './introduction.ts'

const MAX_HOSTS = 200
/** Of one host: whoever can make up documents there displaces none of another host. */
const MAX_OF_HOST = 10
const MAX_LENGTH = 500
const MIN_SECONDS = 60
const MAX_SECONDS = 3600
const DEFAULT_SECONDS = 300

interface Kept {
  readonly client: Client
  /** Milliseconds since 1970. */
  readonly until: number
}

/**
 * Clients whose id is the address of a document that introduces them (OAuth Client ID Metadata Document). What is good is
 * kept; what failed is not, as the draft has it (section "Metadata Caching"), and is asked for again.
 */
export class ClientDocuments {
  readonly #allowed: ReadonlySet<string>
  readonly #runtime: Runtime
  readonly #log: Logger
  readonly #slots: HostSlots
  readonly #kept = new LRUCache<string, LRUCache<string, Kept>>({ max: MAX_HOSTS })
  readonly #fetching = new Map<string, Promise<Client>>()

  constructor(allowed: ReadonlySet<string>, runtime: Runtime, log: Logger) {
    this.#allowed = allowed
    this.#runtime = runtime
    this.#log = log
    this.#slots = new HostSlots(new Set(Array.from(allowed, hostOf)))
  }

  /** The client that a document introduces, fetched or remembered. @throws OAuthFault for one that is no good */
  async find(id: string): Promise<Client> {
    const known = this.#kept.get(hostOf(id))?.get(id)
    if (known !== undefined && this.#runtime.now() < known.until) return known.client
    // Those who come while it is fetched wait for the same.
    const fetching = this.#fetching.get(id) ?? this.#fetch(id)
    this.#fetching.set(id, fetching)
    try {
      return await fetching
    } finally {
      this.#fetching.delete(id)
    }
  }

  /** Whether codes may be sent there, whatever a document says. @throws OAuthFault if not */
  demand(redirect: string): void {
    if (redirectFault(redirect, this.#allowed) !== undefined) throw new OAuthFault('SLUICE_OAUTH_REDIRECT_URI')
  }

  async #fetch(id: string): Promise<Client> {
    try {
      const url = new URL(id)
      const fetched = await this.#slots.run(url.host, () => fetchDocument(url, this.#runtime))
      const client = this.#read(id, fetched.document)
      this.#keep(client, fetched.maxAge ?? DEFAULT_SECONDS)
      return client
    } catch (error) {
      if (error instanceof OAuthFault) throw error
      this.#log.info({ client: id, reason: (error as Error).message }, 'the document of a client is no good')
      // Why a connection failed is for the operator: to anybody else the gateway would be a means to look around.
      throw new OAuthFault('SLUICE_OAUTH_CLIENT_DOCUMENT')
    }
  }

  #keep(client: Client, maxAge: number): void {
    const host = hostOf(client.id)
    const ofHost = this.#kept.get(host) ?? new LRUCache<string, Kept>({ max: MAX_OF_HOST })
    const seconds = Math.min(Math.max(maxAge, MIN_SECONDS), MAX_SECONDS)
    this.#kept.set(host, ofHost.set(client.id, { client, until: this.#runtime.now() + seconds * 1000 }))
  }

  #read(id: string, document: Readonly<Record<string, unknown>>): Client {
    if (document['client_id'] !== id) throw new Error('client_id is not its address')
    if ((document['token_endpoint_auth_method'] ?? 'none') !== 'none') throw new Error('it is no public client')
    const read = readIntroduction(document, this.#allowed)
    if ('about' in read) throw new Error(read.text)
    const { host } = new URL(id)
    return { id, name: read.name === '' ? host : read.name, redirects: read.redirects, host, trustedName: false }
  }
}

/** The host of an https address, or of an entry that is a host already. */
const hostOf = (text: string): string => (text.startsWith('https://') ? new URL(text).host : text)

/**
 * Whether a client id is the address of a document: https, a name and no IP address, the usual port, a path, one spelling.
 * No query, which the draft advises against (section "Client Identifier URL"): one document would have any number of ids.
 */
export const isDocumentAddress = (id: string): boolean => {
  if (id.length > MAX_LENGTH || !/^https:\/\/[^?#]+$/.test(id) || !URL.canParse(id)) return false
  const { href, hostname, port, username, password, pathname } = new URL(id)
  const named = isIP(hostname) === 0 && !hostname.startsWith('[') && hostname.includes('.') && !hostname.endsWith('.')
  return href === id && named && port === '' && username === '' && password === '' && pathname !== '/'
}
