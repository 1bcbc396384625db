import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { keyIdOf } from '../signer.ts'

/** What can be said of a checkpoint: `unknown-key` if it was signed with none of the keys that were given. */
export type SignatureState = 'good' | 'bad' | 'unknown-key' | 'unsigned'

/** A checkpoint that was to be signed. */
const NAMES_KEY = /,"key":"/
const SIGNATURE = /,"key":"([0-9a-f]{16})","signature":"([\w-]{86})","hash":"[0-9a-f]{64}"\}$/
/** Length of `,"signature":"…","hash":"…"}`. */
const SIGNATURE_FIELDS = 176

/** What should be a key is none. */
export class KeyFault extends Error {
  override name = 'KeyFault'
}

/** The public keys that checkpoints are verified with. */
export class Signatures {
  readonly #keys: ReadonlyMap<string, KeyObject>

  /** @throws KeyFault for what is no Ed25519 public key in PEM */
  constructor(pems: readonly string[]) {
    this.#keys = new Map(pems.map(readKey).map(key => [keyIdOf(key), key]))
  }

  /** Whether there is any. */
  get checked(): boolean {
    return this.#keys.size > 0
  }

  /** The state of a checkpoint's line, without its line feed. */
  stateOf(line: Buffer): SignatureState {
    const [, keyId, signature] = SIGNATURE.exec(line.toString('latin1')) ?? []
    // One that names a key was signed once.
    if (keyId === undefined || signature === undefined)
      return NAMES_KEY.test(line.toString('latin1')) ? 'bad' : 'unsigned'
    const key = this.#keys.get(keyId)
    if (key === undefined) return 'unknown-key'
    const signed = line.subarray(0, -SIGNATURE_FIELDS)
    return verify(null, signed, key, Buffer.from(signature, 'base64url')) ? 'good' : 'bad'
  }
}

const readKey = (pem: string): KeyObject => {
  if (pem.includes('PRIVATE KEY-----'))
    throw new KeyFault(
      'what --key names is a private key, which belongs to the gateway alone; give the public one: openssl pkey -in KEY -pubout'
    )
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch (error) {
    throw new KeyFault('what --key names is no public key in PEM', { cause: error })
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new KeyFault('what --key names is no Ed25519 key')
  return key
}
