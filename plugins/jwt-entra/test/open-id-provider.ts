import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'

/** A signing key of the provider, with both halves. */
export interface ProviderKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly jwk: JWK
}

export async function makeKey(kid: string, extra: Record<string, unknown> = {}): Promise<ProviderKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', ...extra } }
}

/** A tenant of an OpenID provider that publishes what the test says, where Entra would. */
export class OpenIdProvider {
  /** Entries of both key sets, as published. */
  keys: unknown[] = []
  /** Members that replace those of a metadata document. */
  readonly metadata: Record<'1.0' | '2.0', Record<string, unknown>> = { '1.0': {}, '2.0': {} }
  /** Answers instead of the provider where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
  /** Paths in the order in which they were asked for. */
  readonly requests: string[] = []
  readonly tenant: string
  origin = ''
  readonly #server = createServer((request, response) => this.#answer(request, response))

  constructor(tenant: string) {
    this.tenant = tenant
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server has an AddressInfo
    this.origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  issuer(version: '1.0' | '2.0'): string {
    return version === '2.0' ? `${this.origin}/${this.tenant}/v2.0` : `https://sts.windows.net/${this.tenant}/`
  }

  /** How often the keys of a version were fetched. */
  keyFetches(version: '1.0' | '2.0'): number {
    return this.requests.filter(path => path === this.#paths(version).keys).length
  }

  #paths(version: '1.0' | '2.0'): { metadata: string; keys: string } {
    const [metadata, keys] = version === '2.0' ? ['/v2.0', '/v2.0'] : ['', '']
    return {
      metadata: `/${this.tenant}${metadata}/.well-known/openid-configuration`,
      keys: `/${this.tenant}/discovery${keys}/keys`
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    this.requests.push(path)
    if (this.intercept(request, response)) return
    for (const version of ['1.0', '2.0'] as const) {
      const paths = this.#paths(version)
      if (path === paths.metadata) {
        const document = { issuer: this.issuer(version), jwks_uri: this.origin + paths.keys }
        response.end(JSON.stringify({ ...document, ...this.metadata[version] }))
        return
      }
      if (path === paths.keys) {
        response.end(JSON.stringify({ keys: this.keys }))
        return
      }
    }
    response.writeHead(404).end()
  }
}
