import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { ConfigFault } from '@sluice/plugin-api'
import type { Sign } from './record-batch.ts'

/** Signs checkpoints: Ed25519 (RFC 8032). */
export interface Signer {
  /** By which a verifier knows the key. */
  readonly keyId: string
  /** The signature of some bytes, base64url. */
  readonly sign: Sign
}

/** @throws ConfigFault for what is no Ed25519 private key */
export const signerOf = (pem: string): Signer => {
  const key = readKey(pem)
  return {
    keyId: keyIdOf(createPublicKey(key)),
    sign: bytes => sign(null, bytes, key).toString('base64url')
  }
}

/** The first 16 hexadecimal digits of the SHA-256 of the public key (SubjectPublicKeyInfo, DER). */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)

const readKey = (pem: string): KeyObject => {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    // What the parser says of it could tell of the key.
    throw fault()
  }
  if (key.asymmetricKeyType !== 'ed25519') throw fault()
  return key
}

const fault = (): ConfigFault =>
  new ConfigFault(
    ['checkpoint', 'key'],
    'that is no Ed25519 private key in PEM; make one with: openssl genpkey -algorithm ed25519'
  )
