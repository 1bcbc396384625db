import { createHash, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { idleKey, type PublicKey } from './idle-keys.ts'

/** A key that tokens are signed with. */
export interface SigningKey extends PublicKey {
  readonly privateKey: KeyObject
}

const generate = promisify(generateKeyPair)

const rsa = { modulusLength: 2048 }

const asSigningKey = (publicKey: KeyObject, privateKey: KeyObject): SigningKey => {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  return { kid, n, e, privateKey }
}

const generateSigningKey = async (): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generate('rsa', rsa)
  return asSigningKey(publicKey, privateKey)
}

/** The signing keys, shared by all tenants: the current one, those published beside it, and one never published. */
export class SigningKeys {
  #current: SigningKey
  #published: readonly PublicKey[]
  #next: SigningKey | undefined
  #unpublished: SigningKey | undefined

  private constructor(current: SigningKey) {
    this.#current = current
    this.#published = [idleKey, current]
    this.#next = undefined
    this.#unpublished = undefined
  }

  static async create(): Promise<SigningKeys> {
    return new SigningKeys(await generateSigningKey())
  }

  /** Signs tokens whose `kid` no key set lists. Made when it is first asked for: few tests do, and it takes a while. */
  get unpublished(): SigningKey {
    if (this.#unpublished) return this.#unpublished
    const { publicKey, privateKey } = generateKeyPairSync('rsa', rsa)
    this.#unpublished = asSigningKey(publicKey, privateKey)
    return this.#unpublished
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
