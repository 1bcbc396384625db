import { generateKeyPairSync, sign } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Principal } from '@sluice/plugin-api'
import { fakeContext, fakeExchange } from '@sluice/test-kit'
import { createJwtEntra } from '../../plugins/jwt-entra/src/filter.ts'
import type { Case } from './case.ts'

const TENANT = '8f1d3c52-6a0e-4b7b-9c35-0d2f6a1b7e44'
const AUDIENCE = 'b92d6e60-86ff-4359-b971-04404fe079ec'
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const TOKENS = 500

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', issuer: ISSUER }
const now = Math.floor(Date.now() / 1000)

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const tokenOf = (number: number): string => {
  const claims = {
    aud: AUDIENCE,
    iss: ISSUER,
    tid: TENANT,
    ver: '2.0',
    iat: now,
    nbf: now,
    exp: now + 3600,
    azp: AUDIENCE,
    azpacr: '0',
    oid: TENANT,
    sub: String(number),
    scp: 'mcp_access',
    name: 'Ada Operator',
    groups: Array.from({ length: 20 }, () => TENANT)
  }
  const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: 'one' })}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

/** The documents of an identity provider, without a network. */
const documents = (url: string): object =>
  url.endsWith('/openid-configuration')
    ? { issuer: ISSUER, jwks_uri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys` }
    : { keys: [jwk] }

const ctx = fakeContext()
const filter = createJwtEntra({ tenant: TENANT, audiences: [AUDIENCE] }, ctx, {
  now: () => Date.now(),
  get: async url => ({ status: 200, body: Readable.from([Buffer.from(JSON.stringify(documents(url)))]) }),
  schedule: () => () => {}
})

/** Each request brings strings of its own. */
const exchangeOf = (token: string) =>
  fakeExchange({
    rawHeaders: ['host', 'mcp.contoso.example', 'accept', 'application/json', 'authorization', `Bearer ${token}`]
  })

const tokens = Array.from({ length: TOKENS }, (_, i) => tokenOf(i))
const principal = ctx.fact<Principal>('principal')
for (const token of tokens) {
  const x = exchangeOf(token)
  // Until the keys are there it is refused.
  while (principal.get(x) === undefined) {
    await filter.onRequest!(x)
    await new Promise(resolve => setImmediate(resolve))
  }
}

const requests = tokens.map(exchangeOf)
let at = 0

export const cases: readonly Case[] = [
  {
    name: `let in one of ${TOKENS} remembered tokens`,
    source: 'plugins/jwt-entra/src/filter.ts',
    run: () => {
      at = (at + 1) % TOKENS
      const outcome = filter.onRequest!(requests[at]!)
      if (outcome !== undefined) throw new Error('it was not let in')
      return outcome
    }
  }
]
