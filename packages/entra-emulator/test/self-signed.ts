import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

const element = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts.map(part => Uint8Array.from(part)))
  const { length } = content
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.from(head), Uint8Array.from(content)])
}

const text = (tag: number, value: string): Buffer => element(tag, Buffer.from(value))
// sha256WithRSAEncryption, with its NULL parameters.
const algorithm = element(0x30, element(0x06, Buffer.from('2a864886f70d01010b', 'hex')), element(0x05))
const name = element(
  0x30,
  element(0x31, element(0x30, element(0x06, Buffer.from('550403', 'hex')), text(0x0c, 'test')))
)

/** A certificate that its own key signed, as Entra takes it in `keyCredentials`. */
export interface SelfSigned {
  readonly privateKey: KeyObject
  /** DER in base64. */
  readonly certificate: string
  /** The header parameter that names it. */
  readonly thumbprint: string
  /** The same with SHA-1, as older clients write it. */
  readonly sha1: string
}

/** Makes a certificate (RFC 5280 section 4.1). */
export const createSelfSigned = (): SelfSigned => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const serial = element(0x02, Buffer.from([1]))
  const validity = element(0x30, text(0x17, '260101000000Z'), text(0x17, '360101000000Z'))
  const body = element(0x30, serial, algorithm, name, validity, name, publicKey.export({ type: 'spki', format: 'der' }))
  const signature = element(0x03, Buffer.from([0]), sign('sha256', Uint8Array.from(body), privateKey))
  const der = element(0x30, body, algorithm, signature)
  const digest = (hash: string): string => createHash(hash).update(Uint8Array.from(der)).digest('base64url')
  return { privateKey, certificate: der.toString('base64'), thumbprint: digest('sha256'), sha1: digest('sha1') }
}
