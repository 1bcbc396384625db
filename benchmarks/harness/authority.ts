import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { ISSUER, TENANT } from './token-pool.ts'

/** Where targets fetch the signing keys, once: the two documents of the identity provider, as Entra has them. */
export interface Authority {
  readonly url: string
  readonly jwksUrl: string
  close(): void
}

/** Publishes a key. Its issuer is Entra's, so that tokens can be kept between runs. */
export const startAuthority = async (key: JWK): Promise<Authority> => {
  const server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json')
    if (req.url === `/${TENANT}/discovery/v2.0/keys`) return res.end(JSON.stringify({ keys: [key] }))
    if (req.url?.endsWith('/.well-known/openid-configuration') === true) {
      return res.end(JSON.stringify({ issuer: ISSUER, jwks_uri: jwksUrl }))
    }
    res.writeHead(404).end('{}')
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
