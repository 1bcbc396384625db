import { ClientFault } from './client-fault.ts'
import { checkTrailers } from './response-head.ts'

/** Bytes of chunk extensions and trailer fields that one message may have. Nobody reads them. */
const MOST_OVERHEAD = 16 * 1024
/** Hexadecimal digits of a chunk's size: up to 256 TiB. */
const MOST_DIGITS = 12

const CR = 13
const LF = 10
const SEMICOLON = 59

/** What the next byte belongs to (RFC 9112 section 7.1). */
type Place = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer'

/**
 * Takes the chunked coding off, however the bytes are cut. Extensions and trailer fields end here. As strict as the
 * grammar: a line ends with CR and LF, and nothing stands between a size and its extension or end.
 */
export class ChunkedDecoder {
  /** The content that the last {@link read} came upon. */
  data: Buffer | undefined = undefined
  /** The last chunk and the trailer section were read. */
  done = false
  #place: Place = 'size'
  #digits = 0
  #left = 0
  #overhead = 0
  #trailer = ''

  /** Goes on from `at` to the next piece of content or the end of `bytes`; gives where it stopped. @throws ClientFault */
  read(bytes: Buffer, at: number): number {
    this.data = undefined
    let next = at
    while (next < bytes.length && !this.done) {
      if (this.#place === 'data') return this.#content(bytes, next)
      this.#framing(bytes[next]!)
      next++
    }
    return next
  }

  #content(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.data = at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end)
    this.#left -= end - at
    if (this.#left === 0) this.#place = 'data-cr'
    return end
  }

  #framing(byte: number): void {
    switch (this.#place) {
      case 'size':
        return this.#size(byte)
      case 'extension':
        return this.#extension(byte)
      case 'size-lf':
        expect(byte, LF)
        this.#place = this.#left === 0 ? 'trailer' : 'data'
        return
      case 'data-cr':
        expect(byte, CR)
        this.#place = 'data-lf'
        return
      case 'data-lf':
        expect(byte, LF)
        this.#place = 'size'
        this.#digits = 0
        return
      default:
        return this.#trailers(byte)
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte)
    if (digit !== -1) {
      if (++this.#digits > MOST_DIGITS) throw broken()
      this.#left = this.#left * 16 + digit
      return
    }
    if (this.#digits === 0) throw broken()
    if (byte === CR) this.#place = 'size-lf'
    else if (byte === SEMICOLON) this.#place = 'extension'
    else throw broken()
  }

  #extension(byte: number): void {
    this.#spend()
    if (byte === CR) this.#place = 'size-lf'
    else if (byte < 0x20 && byte !== 0x09) throw broken()
  }

  #trailers(byte: number): void {
    this.#spend()
    if (byte === LF && !this.#trailer.endsWith('\r')) throw broken()
    this.#trailer += String.fromCharCode(byte)
    if (byte !== LF || (this.#trailer !== '\r\n' && !this.#trailer.endsWith('\n\r\n'))) return
    checkTrailers(this.#trailer.slice(0, -2))
    this.done = true
  }

  #spend(): void {
    if (++this.#overhead > MOST_OVERHEAD) throw broken()
  }
}

const expect = (byte: number, wanted: number): void => {
  if (byte !== wanted) throw broken()
}

const broken = (): ClientFault => new ClientFault('invalid', 'The chunked coding is not as RFC 9112 wants it')

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 0x20
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
