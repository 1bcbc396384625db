import { randomFillSync } from 'node:crypto'

/** Made at once. */
const COUNT = 128
/** Characters and bytes of a UUID, and where hyphens stand and the bytes that say what kind it is (RFC 9562 section 5.4). */
const LENGTH = 36
const BYTES = 16
const HYPHEN_BEFORE = new Set([4, 6, 8, 10])
const VERSION_AT = 6
const VARIANT_AT = 8

const digits = Buffer.from('0123456789abcdef')
const random = Buffer.allocUnsafeSlow(BYTES * COUNT)
const characters = Buffer.alloc(LENGTH * COUNT, '-')
let ids = ''
let next = COUNT

/**
 * Makes a request id, a random UUID. A part of one long text: `crypto.randomUUID` puts each together of 20 pieces, which
 * takes four times as long until they are written.
 */
export const requestId = (): string => {
  if (next === COUNT) makeMore()
  const at = LENGTH * next++
  return ids.slice(at, at + LENGTH)
}

const makeMore = (): void => {
  randomFillSync(random)
  let at = 0
  for (let i = 0; i < random.length; i++) {
    const place = i % BYTES
    if (HYPHEN_BEFORE.has(place)) at++
    const byte = ofKind(place, random[i]!)
    characters[at++] = digits[byte >> 4]!
    characters[at++] = digits[byte & 15]!
  }
  ids = characters.toString('latin1')
  next = 0
}

const ofKind = (place: number, byte: number): number => {
  if (place === VERSION_AT) return (byte & 0x0f) | 0x40
  return place === VARIANT_AT ? (byte & 0x3f) | 0x80 : byte
}
