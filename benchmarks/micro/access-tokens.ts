import { generateKeyPairSync, sign } from 'node:crypto'
import type { Exchange } from '@sluice/plugin-api'
import type { AccessTokenRules } from '../../plugins/jwt-entra/src/access-token-rules.ts'
import { readCredential } from '../../plugins/jwt-entra/src/credential.ts'
import { makeClaimChecks } from '../../plugins/jwt-entra/src/entra/claim-checks.ts'
import { makePrincipal } from '../../plugins/jwt-entra/src/entra/principal.ts'
import { readEntraSettings } from '../../plugins/jwt-entra/src/entra/settings.ts'
import { refuseHeader } from '../../plugins/jwt-entra/src/entra/token-header.ts'
import type { KeySet } from '../../plugins/jwt-entra/src/key-set.ts'
import { Verifier } from '../../plugins/jwt-entra/src/verifier.ts'
import type { Case } from './case.ts'
import { REQUEST } from './headers.ts'

const source = 'plugins/jwt-entra/src/verifier.ts'
const TENANT = '11111111-2222-4333-8444-555555555555'
const API = '22222222-3333-4444-8555-666666666666'
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const HOUR_MS = 3_600_000
const TOKENS = 500

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = { id: 'k', algorithms: ['RS256'], material: 'k', foreign: false, key: publicKey, retired: false }
const keySet = { fetchedAt: Date.now(), issuer: ISSUER, find: () => key } as never as KeySet
const settings = readEntraSettings({ tenant: TENANT, audiences: [API] })
const checks = makeClaimChecks(settings)
const rules: AccessTokenRules = {
  refuseHeader,
  findKeySet: () => keySet,
  refuse: (claims, issuer) => checks.refuse(claims, issuer),
  identify: claims => makePrincipal(claims, 'user')
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of 1.5 kB, as Entra issues them with some groups and optional claims. */
const tokenOf = (number: number): Buffer => {
  const seconds = Math.floor(Date.now() / 1000)
  const claims = {
    aud: API,
    iss: ISSUER,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 86_400,
    azp: '33333333-4444-4555-8666-777777777777',
    name: `Person ${number}`,
    oid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    scp: 'mcp_access tools.read',
    sub: `pairwise-${number}`,
    tid: TENANT,
    groups: Array.from({ length: 12 }, (_, i) => `99999999-0000-4000-8000-${String(i).padStart(12, '0')}`),
    ver: '2.0'
  }
  const input = `${encode({ typ: 'JWT', alg: 'RS256', kid: 'k' })}.${encode(claims)}`
  return Buffer.from(`Bearer ${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`)
}

const fields = Array.from({ length: TOKENS }, (_, i) => tokenOf(i))
const authorizationAt = REQUEST.indexOf('authorization') + 1

/** Requests that bring one token after the other, each as a text of its own, to a verifier that remembers some. */
const check = (cacheMax: number, count: number): (() => unknown) => {
  const verifier = new Verifier(
    { ...settings, clockSkewMs: 60_000, maxStaleMs: 24 * HOUR_MS, cacheMax },
    rules,
    Date.now
  )
  let at = 0
  return () => {
    at = (at + 1) % count
    const rawHeaders = REQUEST.with(authorizationAt, fields[at]!.toString('latin1'))
    const credential = readCredential({ rawHeaders, query: '' } as Partial<Exchange> as Exchange)
    const verdict = typeof credential === 'object' ? verifier.verify(credential.token) : undefined
    if (typeof verdict !== 'object') throw new Error(`refused: ${String(verdict)}`)
    return verdict
  }
}

const nothingChecked = (): unknown => {
  const rawHeaders = REQUEST.with(authorizationAt, fields[0]!.toString('latin1'))
  return { rawHeaders, query: '' }
}

export const cases: readonly Case[] = [
  { name: 'a head with a token that nobody checks, to compare', source, run: nothingChecked },
  { name: 'check a token that is remembered', source, run: check(TOKENS, TOKENS) },
  { name: 'check a token that is new', source, run: check(1, TOKENS) }
]
