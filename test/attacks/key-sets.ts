import { createHmac, generateKeyPairSync } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { encode } from '../../plugins/jwt-entra/test/tokens.ts'
import { AUDIENCE, claims, sign, signingPair } from '../support/openid-provider.ts'
import { settled } from '../support/settled.ts'
import type { Attack, AttackTable } from './attack.ts'
import { bearer } from './requests.ts'
import { route } from './target-routes.ts'
import { refused, refusedRequest } from './token-rows.ts'

/** How a key set is published. */
type Publish = (res: ServerResponse) => void

const text =
  (body: string, status = 200): Publish =>
  res =>
    void res.writeHead(status).end(body)
const keys = (...list: readonly unknown[]): Publish => text(JSON.stringify({ keys: list }))

const issuer = (name: string): string => `https://id.contoso.example/${name}`

/** Key sets that are in the attacker's hands, broken, or not there. */
export const keySets: AttackTable = {
  subject: 'Key sets',
  about:
    'garbage, huge, slow and redirected key sets, keys that must not verify, curves that do not fit, floods of made-up keys',
  async rows(target) {
    const pair = await signingPair('k1')
    const rsa = await signingPair('k1', 'RS256')
    const other = await signingPair('k1')
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    const secp = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' })
    const { x } = pair.jwk
    const secret = Buffer.alloc(32, 1).toString('base64url')
    const token = (from = pair, header = {}, name = '') => sign(from, claims({ iss: issuer(name) }), header)
    const hmac = `${encode({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })}.${encode(claims())}`
    const unavailable = new Map<string, Publish>([
      ['HTML', text('<html>sign in to the hotel network</html>')],
      ['nothing', text('')],
      ['a list in place of a set', text(JSON.stringify([pair.jwk]))],
      ['keys that is text', text('{"keys":"k1"}')],
      ['keys without members', keys(null, 1, 'k1', {}, [])],
      ['1 MiB and more', text(JSON.stringify({ keys: [pair.jwk], padding: 'x'.repeat(1024 * 1024) }))],
      ['an answer that never comes', () => {}],
      ['an answer that never ends', res => void res.writeHead(200).write('{"keys":[')],
      ['a redirect to good keys', res => void res.writeHead(302, { location: '/jwks/good' }).end()],
      ['good keys under an error', text(JSON.stringify({ keys: [pair.jwk] }), 500)],
      ['a partial answer (206)', text(JSON.stringify({ keys: [pair.jwk] }), 206)],
      ['our key behind a thousand others', keys(...Array(1000).fill(null), pair.jwk)],
      ['a key for encryption', keys({ ...pair.jwk, use: 'enc' })],
      ['a key that may only sign', keys({ ...pair.jwk, use: undefined, key_ops: ['sign'] })],
      ['a key with its private half', keys({ ...pair.jwk, d: x })],
      ['a point that is not on the curve', keys({ ...pair.jwk, y: x })],
      ['a curve that is none of JWS', keys({ ...secp, kid: 'k1' })],
      ['an RSA key of 1024 bits', keys({ ...weak, kid: 'k1' })],
      ['a shared secret', keys({ kty: 'oct', kid: 'k1', k: secret })],
      ['a key without kid', keys({ ...pair.jwk, kid: undefined })]
    ])
    const published = new Map<string, Publish>([
      ['good', keys(pair.jwk)],
      ['twice', keys(other.jwk, pair.jwk)],
      ['secret', keys(pair.jwk, { kty: 'oct', kid: 'k2', k: secret })],
      ['rsa', keys({ ...rsa.jwk, alg: 'PS256' })],
      ['flood', keys(pair.jwk)]
    ])
    const list = [...unavailable.values()]
    const fetched: string[] = []
    target.provider.intercept = (req, res) => {
      const [, name] = /^\/jwks\/(.+)$/.exec(req.url ?? '') ?? []
      if (name === undefined) return false
      const publish = list[Number(name)] ?? published.get(name)
      if (publish === undefined) return false
      fetched.push(name)
      publish(res)
      return true
    }
    const jwt = (name: string) =>
      route(`keys-${name}`, target.upstream.url, [
        {
          'jwt-entra': {
            issuer: issuer(name),
            jwks: { url: `${target.provider.origin}/jwks/${name}` },
            audiences: [AUDIENCE]
          }
        }
      ])
    await target.start({ routes: [...list.keys(), ...published.keys()].map(name => jwt(String(name))) })
    const slow = new Set(['an answer that never comes', 'an answer that never ends'])
    // Refused because of what was published, not because it has not been looked at yet.
    const lookedAt = (name: string, i: number) => () =>
      settled(
        () =>
          fetched.includes(String(i)) &&
          (slow.has(name) ||
            target.gateway.log.some(({ fields }) => fields['issuer'] === issuer(String(i)) && 'reason' in fields)),
        `the gateway looked at ${name}`
      )
    const rows = [...unavailable.keys()].map(async (name, i): Promise<Attack> => ({
      ...refusedRequest(
        name,
        bearer(await token(pair, {}, String(i)), `/keys-${i}`),
        503,
        undefined,
        'SLUICE_AUTH_KEYS_UNAVAILABLE'
      ),
      before: lookedAt(name, i)
    }))
    await target.acceptOnceKeysAreThere(bearer(await token(pair, {}, 'good'), '/keys-good'))
    const flood = Array.from({ length: 50 }, (_, i) => token(other, { kid: `made-up-${i}` }, 'flood'))
    const zeros = Buffer.alloc(64).toString('base64url')
    const psychic = async (signature: string) =>
      `${(await token(pair, {}, 'good')).split('.').slice(0, 2).join('.')}.${signature}`
    const der = async () => {
      const raw = Buffer.from((await token(pair, {}, 'good')).split('.')[2]!, 'base64url')
      return psychic(
        Buffer.concat([
          Buffer.from([0x30, 0x44, 2, 32]),
          raw.subarray(0, 32),
          Buffer.from([2, 32]),
          raw.subarray(32)
        ]).toString('base64url')
      )
    }
    return [
      ...(await Promise.all(rows)),
      refused(
        'two keys of one kid: the first counts',
        await token(pair, {}, 'twice'),
        'SIGNATURE_INVALID',
        '/keys-twice'
      ),
      refused(
        'HS256 with a secret that the set publishes',
        `${hmac}.${createHmac('sha256', Buffer.alloc(32, 1)).update(hmac).digest('base64url')}`,
        'ALGORITHM_SYMMETRIC',
        '/keys-secret'
      ),
      refused(
        'RS256 with a key that is for PS256 alone',
        await token(rsa, {}, 'rsa'),
        'ALGORITHM_REFUSED',
        '/keys-rsa'
      ),
      refused(
        'RS256 announced, a curve published',
        await relabelled(await token(pair, {}, 'good'), 'RS256'),
        'ALGORITHM_REFUSED',
        '/keys-good'
      ),
      refused(
        'ES384 announced, P-256 published',
        await relabelled(await token(pair, {}, 'good'), 'ES384'),
        'ALGORITHM_REFUSED',
        '/keys-good'
      ),
      refused('a signature of r = 0, s = 0 (CVE-2022-21449)', await psychic(zeros), 'SIGNATURE_INVALID', '/keys-good'),
      refused('an ECDSA signature in DER in place of r and s', await der(), 'SIGNATURE_INVALID', '/keys-good'),
      refused(
        'the key of one issuer for another, which publishes the same',
        await token(pair, {}, 'good'),
        'ISSUER_REFUSED',
        '/keys-flood'
      ),
      {
        ...refused(
          'a flood of made-up kids causes one fetch',
          await token(other, { kid: 'made-up' }, 'flood'),
          'KEY_UNKNOWN',
          '/keys-flood'
        ),
        before: async () => {
          target.clock.advance(31)
          fetched.length = 0
          await Promise.all((await Promise.all(flood)).map(made => target.send(bearer(made, '/keys-flood'))))
        },
        after: () => (fetched.filter(name => name === 'flood').length === 1 ? undefined : `${fetched.length} fetches`)
      }
    ]
  }
}

/** The same token with another `alg` in its header. */
const relabelled = async (token: string, alg: string): Promise<string> => {
  const [, payload, signature] = token.split('.')
  return `${encode({ alg, kid: 'k1', typ: 'at+jwt' })}.${payload}.${signature}`
}
