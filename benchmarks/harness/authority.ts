import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EntraKey, ISSUER, TENANT } from './token-pool.ts'

/** Where targets fetch the signing keys, once: the two documents of the identity provider, as Entra has them. */
export interface Authority {
  readonly url: string
  readonly jwksUrl: string
  close(): void
}

/** Publishes a key. Its issuer is Entra's, so that tokens can be kept between runs. */
export const startAuthority = async (key: EntraKey): Promise<Authority> => {
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json')
    const metadata = req.url?.endsWith('/.well-known/openid-configuration') === true
    const document = metadata ? { issuer: ISSUER, jwks_uri: jwksUrl } : { keys: [key] }
    res.end(JSON.stringify(document))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const jwksUrl = `${url}/${TENANT}/discovery/v2.0/keys`
  return {
    url,
    jwksUrl,
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}
