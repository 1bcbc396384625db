import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { makeKey } from '../../plugins/jwt-entra/test/open-id-provider.ts'
import { encode, headerOf, otherTenant } from '../../plugins/jwt-entra/test/tokens.ts'
import type { AttackTable } from './attack.ts'
import { part, refused } from './token-rows.ts'

/** What an attacker writes into the header, with a key of their own or none. */
export const tokenHeaders: AttackTable = {
  subject: 'Algorithms and header parameters',
  about:
    'unsigned, shared-secret and other algorithms; keys that the token brings; parameters that change how it is read',
  async rows(target) {
    const { provider, key } = target
    const rogue = await makeKey('key-1')
    const foreign = await makeKey('foreign', { issuer: `${provider.origin}/${otherTenant}/v2.0` })
    const offHost = await makeKey('off-host', { issuer: 'https://login.elsewhere.example/{tenantid}/v2.0' })
    provider.keys.push(foreign.jwk, offHost.jwk)
    await target.start()
    const payload = encode(target.claims())
    const header = (extra: Record<string, unknown>) => target.token({}, extra)
    const unsigned = (alg: string) => `${encode({ alg, kid: key.kid })}.${payload}.`
    const signed = (head: object, signer: (input: Buffer) => Buffer) => {
      const input = `${encode(head)}.${payload}`
      return `${input}.${signer(Buffer.from(input)).toString('base64url')}`
    }
    const hmac = (alg: string, secret: string) =>
      signed({ alg, kid: key.kid }, input => createHmac(alg.replace('HS', 'sha'), secret).update(input).digest())
    const pem = createPublicKey({ key: key.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const ecdsa = (head: object, privateKey: KeyObject) =>
      signed(head, input => sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
    const embedded = (name: string, extra: Record<string, unknown>) =>
      refused(name, target.token({}, extra, rogue), 'KEY_EMBEDDED')
    return [
      refused('alg none, unsigned', unsigned('none'), 'ALGORITHM_NONE'),
      refused('alg nOnE, unsigned', unsigned('nOnE'), 'ALGORITHM_NONE'),
      refused('alg none, with the signature of a good token', header({ alg: 'none' }), 'ALGORITHM_NONE'),
      refused('no alg', header({ alg: undefined }), 'ALGORITHM_NONE'),
      refused('alg that is a list', header({ alg: ['RS256'] }), 'ALGORITHM_NONE'),
      refused('alg empty', header({ alg: '' }), 'ALGORITHM_REFUSED'),
      refused('alg RS256 with a space', header({ alg: 'RS256 ' }), 'ALGORITHM_REFUSED'),
      refused('alg rs256 in lower case', header({ alg: 'rs256' }), 'ALGORITHM_REFUSED'),
      refused('alg of the prototype', header({ alg: 'constructor' }), 'ALGORITHM_REFUSED'),
      refused('RS512, which Entra does not use', header({ alg: 'RS512' }), 'ALGORITHM_REFUSED'),
      refused('PS256, the key being for RS256', header({ alg: 'PS256' }), 'ALGORITHM_REFUSED'),
      refused(
        'ES256 with a key of the attacker',
        ecdsa({ alg: 'ES256', kid: key.kid }, ec.privateKey),
        'ALGORITHM_REFUSED'
      ),
      refused('HS256 with the public key (PEM) as the secret', hmac('HS256', pem), 'ALGORITHM_SYMMETRIC'),
      refused('HS256 with the modulus as the secret', hmac('HS256', String(key.jwk.n)), 'ALGORITHM_SYMMETRIC'),
      refused('HS512 with an empty secret', hmac('HS512', ''), 'ALGORITHM_SYMMETRIC'),
      refused(
        'two alg, the first of them RS256',
        `${part(`{"alg":"RS256","kid":"key-1","alg":"none"}`)}.${payload}.`,
        'ALGORITHM_NONE'
      ),
      embedded('a key of its own (jwk)', { jwk: rogue.jwk }),
      embedded('the address of a key (jku)', { jku: `${provider.origin}/keys` }),
      embedded('a certificate (x5c)', { x5c: ['AAAA'] }),
      embedded('the address of a certificate (x5u), null', { x5u: null }),
      refused('crit, of a parameter that is known', header({ crit: ['exp'] }), 'HEADER_CRITICAL'),
      refused('crit, empty', header({ crit: [] }), 'HEADER_CRITICAL'),
      refused('b64 false (RFC 7797)', header({ b64: false }), 'PAYLOAD_UNENCODED'),
      refused('the nonce of a Graph token', header({ nonce: 'abc' }), 'GRAPH_TOKEN'),
      refused('typ at+jwt, which Entra does not issue', header({ typ: 'at+jwt' }), 'TYPE_REFUSED'),
      refused('typ of a DPoP proof', header({ typ: 'dpop+jwt' }), 'TYPE_REFUSED'),
      refused('typ that is a number', header({ typ: 1 }), 'TYPE_REFUSED'),
      refused('no kid', header({ kid: undefined }), 'KEY_ID_MISSING'),
      refused('kid empty', header({ kid: '' }), 'KEY_ID_MISSING'),
      refused('kid that is a list', header({ kid: ['key-1'] }), 'KEY_ID_MISSING'),
      refused('kid that nobody publishes', header({ kid: 'made-up' }), 'KEY_UNKNOWN'),
      refused('kid of the prototype', header({ kid: '__proto__' }), 'KEY_UNKNOWN'),
      refused('kid that is a path', header({ kid: '../../dev/null' }), 'KEY_UNKNOWN'),
      refused('kid that is SQL', header({ kid: "x' UNION SELECT 'key-1" }), 'KEY_UNKNOWN'),
      refused('kid in another case', header({ kid: 'KEY-1' }), 'KEY_UNKNOWN'),
      refused('a known kid and a signature by another key', target.token({}, {}, rogue), 'SIGNATURE_INVALID'),
      refused('a signature of one byte', `${encode(headerOf(key))}.${payload}.AA`, 'SIGNATURE_INVALID'),
      refused(
        'a signature of zeros',
        `${encode(headerOf(key))}.${payload}.${Buffer.alloc(256).toString('base64url')}`,
        'SIGNATURE_INVALID'
      ),
      refused('a key that the tenant publishes for another tenant', target.token({}, {}, foreign), 'KEY_FOREIGN'),
      refused('a key that the tenant publishes for another host', target.token({}, {}, offHost), 'KEY_FOREIGN')
    ]
  }
}
