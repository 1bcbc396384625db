import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { idleKey, type PublicKey } from './idle-keys.ts'

/** A key that tokens are signed with. */
export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject
}

const generate = promisify(generateKeyPair)

const generateSigningKey = async (): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  return { kid, n, e, privateKey }
}

/** The signing keys, shared by all tenants: the current one, those published beside it, and one never published. */
export class SigningKeys {
  #current: SigningKey
  #published: readonly PublicKey[]
  #next: SigningKey | undefined
  /** Signs tokens whose `kid` no key set lists. */
  readonly unpublished: SigningKey

  private constructor(current: SigningKey, unpublished: SigningKey) {
    this.#current = current
    this.#published = [idleKey, current]
    this.#next = undefined
    this.unpublished = unpublished
  }

  static async create(): Promise<SigningKeys> {
    const [current, unpublished] = await Promise.all([generateSigningKey(), generateSigningKey()])
    return new SigningKeys(current, unpublished)
  }

  /** The key that signs now. */
  get current(): SigningKey {
    return this.#current
  }

  /** The keys that key sets list, in their order. */
  get published(): readonly PublicKey[] {
    return this.#published
  }

  /** Publishes a new key that signs nothing until the next {@link rotate}. Returns its `kid`. */
  async publishNext(): Promise<string> {
    const next = await generateSigningKey()
    this.#next = next
    this.#published = [...this.#published, next]
    return next.kid
  }

  /** Signs with a new key from now on: the one that {@link publishNext} published, else one made here. Returns its `kid`. */
  async rotate(keepOld: boolean): Promise<string> {
    const next = this.#next ?? (await generateSigningKey())
    this.#next = undefined
    const kept = keepOld ? this.#published.filter(({ kid }) => kid !== next.kid) : [idleKey]
    this.#published = [...kept, next]
    this.#current = next
    return next.kid
  }
}
