import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Test } from 'tap'

export const ISSUER = 'https://id.contoso.example/realms/mcp'
export const AUDIENCE = 'https://mcp.contoso.example/mcp'

/** A key pair of a provider. */
export interface SigningPair {
  readonly alg: string
  readonly privateKey: CryptoKey
  /** The public half, as published. */
  readonly jwk: JWK
}

export const signingPair = async (kid: string, alg = 'ES256'): Promise<SigningPair> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } }
}

/** Claims of an access token; `undefined` takes one away. */
export const claims = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'ada',
  client_id: 'vscode',
  exp: Math.floor(Date.now() / 1000) + 600,
  scope: 'mcp_access',
  ...extra
})

/** Signs an access token. */
export const sign = (
  { alg, privateKey, jwk }: SigningPair,
  payload: Record<string, unknown> = claims(),
  header: Record<string, unknown> = {}
): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg, kid: jwk.kid!, typ: 'at+jwt', ...header }).sign(privateKey)

/** A server that publishes a JWK set; the list may be changed. It counts how often it was fetched. */
export const keyServer = async (
  t: Test,
  keys: unknown[],
  port = 0
): Promise<{ url: string; keys: unknown[]; fetches: number }> => {
  const published = { url: '', keys, fetches: 0 }
  const server = createServer((_req, res) => {
    published.fetches++
    res.end(JSON.stringify({ keys: published.keys }))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  published.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  return published
}
