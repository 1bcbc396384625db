import { setImmediate as turn } from 'node:timers/promises'
import { makeKey, OpenIdProvider, type ProviderKey } from '../../plugins/jwt-entra/test/open-id-provider.ts'
import { headerOf, type Json, tenant, userClaims, writeToken } from '../../plugins/jwt-entra/test/tokens.ts'
import type { Closing } from '../support/closing.ts'
import { configuredGateway } from '../support/configured-gateway.ts'
import type { TestGateway } from '../support/gateway.ts'
import { Wire } from '../support/wire.ts'
import { Clock } from '../support/clock.ts'
import { type RecordingUpstream, recordingUpstream, SERVED } from './recording-upstream.ts'
import { bearer, HOST } from './requests.ts'
import { globalKeys, routes } from './target-routes.ts'

/** After it a test has failed; nothing waits for it otherwise. */
const PATIENCE_MS = 10_000

/** What is attacked: a gateway as operators configure it, with Entra ID and an MCP server of which the attacker owns neither. */
export class Target {
  readonly provider = new OpenIdProvider(tenant)
  readonly clock = new Clock()
  readonly key: ProviderKey
  readonly upstream: RecordingUpstream
  readonly #t: Closing
  #gateway: TestGateway | undefined
  #host = HOST

  private constructor(t: Closing, key: ProviderKey, upstream: RecordingUpstream) {
    this.#t = t
    this.key = key
    this.upstream = upstream
    this.provider.keys = [key.jwk]
  }

  /** Starts all but the gateway: a table may have keys to publish first. */
  static async prepare(t: Closing): Promise<Target> {
    const target = new Target(t, await makeKey('key-1'), await recordingUpstream(t))
    t.teardown(() => target.clock.restore())
    await target.provider.listen()
    t.teardown(() => target.provider.close())
    return target
  }

  /** Starts the gateway, with more routes or other global keys, and waits for the keys of `/mcp`. */
  async start(more: { readonly routes?: readonly object[]; readonly config?: Json } = {}): Promise<void> {
    const { url } = this.upstream
    const all = [...routes(url, this.provider.origin), ...(more.routes ?? [])]
    this.#gateway = await configuredGateway(this.#t, { ...globalKeys, ...more.config, routes: all })
    this.#host = new URL({ ...globalKeys, ...more.config }.publicUrl).host
    await this.acceptOnceKeysAreThere(this.good())
  }

  /** Runs when the test is over. */
  onClose(close: () => unknown): void {
    this.#t.teardown(close)
  }

  get gateway(): TestGateway {
    if (this.#gateway === undefined) throw new Error('start() first')
    return this.#gateway
  }

  /** Where clients connect. */
  get url(): string {
    return this.gateway.url.replace('0.0.0.0', '127.0.0.1')
  }

  /** A person's token for `/mcp`. */
  token(claims: Json = {}, header: Json = {}, key: ProviderKey = this.key): string {
    return writeToken(headerOf(key, header), this.claims(claims), key)
  }

  /** A request that must be served. */
  good(): string {
    return bearer(this.token()).replace(HOST, this.#host)
  }

  claims(extra: Json = {}): Json {
    return userClaims(this.provider, Date.now(), extra)
  }

  /** What came back before the connection was closed. */
  async send(bytes: string): Promise<string> {
    const wire = await Wire.to(this.url)
    wire.socket.write(bytes, 'latin1')
    const patience = setTimeout(() => wire.socket.destroy(new Error('kept')), PATIENCE_MS)
    await wire.closed
    clearTimeout(patience)
    if (wire.socket.errored?.message === 'kept') throw new Error(`the gateway kept the connection of ${bytes}`)
    return wire.received
  }

  /** Sends a request until the keys for it have been fetched, when it must be served, and forgets that it was. */
  async acceptOnceKeysAreThere(bytes: string): Promise<void> {
    while ((await this.send(bytes)).startsWith('HTTP/1.1 503')) await turn()
    await this.accept(bytes)
  }

  /** Sends a request that must be served, and forgets that it was. @throws Error if it was not */
  async accept(bytes: string): Promise<void> {
    const answer = await this.send(bytes)
    if (!answer.endsWith(SERVED)) throw new Error(`not served: ${answer}`)
    this.upstream.seen.length = 0
  }
}
