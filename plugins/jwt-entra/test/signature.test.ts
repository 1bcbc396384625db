import { generateKeyPairSync, KeyObject, randomBytes } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import t from 'tap'
import { signatureHolds } from '../src/signature.ts'
import type { SigningKey } from '../src/signing-key.ts'

const pairs = {
  RS: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed: generateKeyPairSync('ed25519')
}
const algorithms = {
  ...Object.fromEntries(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map(name => [name, pairs.RS])),
  ES256: pairs.ES256,
  ES384: pairs.ES384,
  ES512: pairs.ES512,
  EdDSA: pairs.Ed,
  Ed25519: pairs.Ed
}

const signingKey = (key: KeyObject): SigningKey =>
  ({ id: 'k', algorithms: [], material: '', foreign: false, key, retired: false }) satisfies SigningKey

const sign = (alg: string, key: KeyObject): Promise<string> =>
  new CompactSign(Buffer.from('{"sub":"ada"}')).setProtectedHeader({ alg }).sign(key)

/** Whether a signature holds, if jose says the same. */
const judged = async (token: string, alg: string, publicKey: KeyObject): Promise<boolean | string> => {
  const ours = signatureHolds(token, alg, signingKey(publicKey))
  const theirs = await compactVerify(token, publicKey, { algorithms: [alg] }).then(
    () => true,
    () => false
  )
  return ours === theirs ? ours : `here ${ours}, jose ${theirs}`
}

for (const [alg, { privateKey, publicKey }] of Object.entries(algorithms)) {
  void t.test(`${alg}: what jose signs holds, and nothing else, to jose neither`, async t => {
    const token = await sign(alg, privateKey)
    t.equal(await judged(token, alg, publicKey), true)
    const [header, payload, signature = ''] = token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    const withSignature = (changed: Buffer | string) => {
      const text = typeof changed === 'string' ? changed : changed.toString('base64url')
      return judged(`${header}.${payload}.${text}`, alg, publicKey)
    }
    t.equal(await judged(`${header}.${payload}A.${signature}`, alg, publicKey), false, 'another payload')
    for (let i = 0; i < bytes.length; i += 7) {
      const changed = Buffer.from(bytes)
      changed[i]! ^= 1
      t.equal(await withSignature(changed), false, `byte ${i} changed`)
    }
    for (const length of [0, 1, bytes.length - 1, bytes.length + 1, 4096]) {
      t.equal(await withSignature(randomBytes(length)), false, `${length} random bytes`)
    }
    t.equal(await withSignature(Buffer.alloc(bytes.length)), false, 'zeros')
    t.equal(await withSignature(Buffer.concat([bytes, Buffer.alloc(1)])), false, 'a byte more')
    t.equal(await withSignature(bytes.subarray(0, -1)), false, 'a byte less')
    const junk = 'A'.repeat((5 - (signature.length % 4)) % 4 || 4)
    t.equal(await withSignature(signature + junk), false, 'characters more')
  })
}

void t.test('ES256 does not take the form that TLS writes', async t => {
  const { sign } = await import('node:crypto')
  const head = Buffer.from('{"alg":"ES256"}').toString('base64url')
  const signature = sign('sha256', Buffer.from(`${head}.e30`), pairs.ES256.privateKey).toString('base64url')
  t.equal(await judged(`${head}.e30.${signature}`, 'ES256', pairs.ES256.publicKey), false)
})

void t.test('PS256 wants a salt as long as the digest', async t => {
  const { constants, sign } = await import('node:crypto')
  const head = Buffer.from('{"alg":"PS256"}').toString('base64url')
  const holds = (saltLength: number) => {
    const key = { key: pairs.RS.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
    const signature = sign('sha256', Buffer.from(`${head}.e30`), key).toString('base64url')
    return judged(`${head}.e30.${signature}`, 'PS256', pairs.RS.publicKey)
  }
  t.equal(await holds(32), true)
  t.equal(await holds(20), false)
})
