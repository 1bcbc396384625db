import type { Exchange, Filter, Outcome, Principal, Reply } from '@sluice/plugin-api'
import { fakeContext, fakeExchange, type FakeContext, type FakeContextOptions } from '@sluice/test-kit'
import type { JwtEntraConfig } from '../src/config.ts'
import { createJwtEntra } from '../src/filter.ts'
import { ManualRuntime, until } from './manual-runtime.ts'
import { makeKey, OpenIdProvider, type ProviderKey } from './open-id-provider.ts'
import { api, apiUri, headerOf, tenant, userClaims, writeToken, type Json } from './tokens.ts'

interface Teardown {
  teardown(run: () => void): void
}

/** One entry of the filter and how to send requests to it. */
export interface Entry {
  readonly filter: Filter
  readonly ctx: FakeContext
  send(token: string): Outcome | Promise<Outcome>
  sendHeaders(rawHeaders: readonly string[], options?: { query?: string; method?: string }): Answer
  /** Who the filter says is calling, or the reply's code. */
  verdict(token: string): Promise<Principal | string>
}

export interface Answer {
  readonly x: Exchange
  readonly outcome: Outcome | Promise<Outcome>
}

/** A provider, a clock, a key that is published, and entries that trust them. */
export class Gateway {
  readonly provider = new OpenIdProvider(tenant)
  readonly runtime = new ManualRuntime()
  readonly key: ProviderKey
  readonly #t: Teardown

  static async start(t: Teardown): Promise<Gateway> {
    const gateway = new Gateway(t, await makeKey('key-1'))
    await gateway.provider.listen()
    t.teardown(() => gateway.provider.close())
    gateway.provider.keys = [gateway.key.jwk]
    return gateway
  }

  private constructor(t: Teardown, key: ProviderKey) {
    this.#t = t
    this.key = key
  }

  config(extra: Partial<JwtEntraConfig> = {}): JwtEntraConfig {
    return { tenant, authority: this.provider.origin, audiences: [api, apiUri], ...extra }
  }

  /** Makes an entry, whose keys are not there yet. */
  create(config: Partial<JwtEntraConfig> = {}, options: FakeContextOptions = {}): Entry {
    const ctx = fakeContext(options)
    const filter = createJwtEntra(this.config(config), ctx, this.runtime)
    this.#t.teardown(() => ctx.close())
    return makeEntry(filter, ctx)
  }

  /** Makes an entry and waits for both of its key sets. */
  async entry(config: Partial<JwtEntraConfig> = {}, options: FakeContextOptions = {}): Promise<Entry> {
    const entry = this.create(config, options)
    await until(() => ['1.0', '2.0'].every(version => this.age(entry, version) !== undefined))
    return entry
  }

  age(entry: Entry, version: string): number | undefined {
    return entry.ctx.metrics.value('sluice_key_set_age_seconds', tenant, version)
  }

  /** A person's token. */
  token(claims: Json = {}, header: Json = {}, key = this.key): string {
    return writeToken(headerOf(key, header), userClaims(this.provider, this.runtime.time, claims), key)
  }
}

function makeEntry(filter: Filter, ctx: FakeContext): Entry {
  const principal = ctx.fact<Principal>('principal')
  const sendHeaders: Entry['sendHeaders'] = (rawHeaders, options = {}) => {
    const x = fakeExchange({ rawHeaders, ...options })
    return { x, outcome: filter.onRequest?.(x) }
  }
  const bearer = (token: string) => sendHeaders(['Host', 'mcp.contoso.example', 'Authorization', `Bearer ${token}`])
  return {
    filter,
    ctx,
    sendHeaders,
    send: token => bearer(token).outcome,
    async verdict(token) {
      const { x, outcome } = bearer(token)
      const reply = await outcome
      return reply?.code ?? principal.get(x) ?? 'passed without a principal'
    }
  }
}

/** `error` of a reply's only challenge; `none` if the challenge has none, `undefined` if there is no challenge. */
export function challengeError({ challenges = [] }: Reply): string | undefined {
  if (challenges.length > 1) throw new Error('more than one challenge')
  const [challenge] = challenges
  return challenge === undefined ? undefined : (challenge.params.get('error') ?? 'none')
}
