import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  ZERO
} from './json-characters.ts'

/** A number of a text: where it stands in what the text was parsed to, and how it is written. */
export type OnNumber = (holder: object | undefined, key: string, name: string, source: string) => void

/** An array of a text, after its numbers: what it was parsed to, and how many items are written down. */
export type OnArray = (holder: object | undefined, items: number) => void

/**
 * Goes through a JSON text that was parsed already, beside the value that it was parsed to, and tells every number in it.
 * `name` is that of the nearest member that it belongs to, so that the items of an array have the array's.
 */
export const walkNumbers = (text: string, value: unknown, onNumber: OnNumber, onArray?: OnArray): void =>
  new Walk(text, onNumber, onArray).root(value)

class Walk {
  readonly #text: string
  readonly #onNumber: OnNumber
  readonly #onArray: OnArray | undefined
  #at = 0

  constructor(text: string, onNumber: OnNumber, onArray: OnArray | undefined) {
    this.#text = text
    this.#onNumber = onNumber
    this.#onArray = onArray
  }

  root(value: unknown): void {
    this.#value({ '': value }, '', '')
  }

  #value(holder: object | undefined, key: string, name: string): void {
    const code = this.#next()
    if (code === OPEN_BRACE) this.#object(childOf(holder, key))
    else if (code === OPEN_BRACKET) this.#array(childOf(holder, key), name)
    else if (code === QUOTE) this.#string()
    else if (code === MINUS || (code >= ZERO && code <= NINE)) this.#onNumber(holder, key, name, this.#word())
    else this.#word()
  }

  #object(holder: object | undefined): void {
    this.#at++
    while (this.#next() !== CLOSE_BRACE) {
      if (this.#text.charCodeAt(this.#at) === COMMA) {
        this.#at++
        this.#next()
      }
      const name = JSON.parse(this.#string()) as string
      this.#next()
      this.#at++
      this.#value(holder, name, name)
    }
    this.#at++
  }

  #array(holder: object | undefined, name: string): void {
    this.#at++
    let items = 0
    for (; this.#next() !== CLOSE_BRACKET; items++) {
      if (this.#text.charCodeAt(this.#at) === COMMA) this.#at++
      this.#value(holder, String(items), name)
    }
    this.#at++
    this.#onArray?.(holder, items)
  }

  #string(): string {
    const start = this.#at
    this.#at = endOfString(this.#text, start) + 1
    return this.#text.slice(start, this.#at)
  }

  /** A number, or one of the words of JSON. */
  #word(): string {
    WORD.lastIndex = this.#at
    const [word] = WORD.exec(this.#text)!
    this.#at += word.length
    return word
  }

  /** Skips white space; gives what comes then. */
  #next(): number {
    let code = this.#text.charCodeAt(this.#at)
    while (code === 32 || (code >= 9 && code <= 13)) code = this.#text.charCodeAt(++this.#at)
    return code
  }
}

const WORD = /[-+.\w]+/y

const childOf = (holder: object | undefined, key: string): object | undefined => {
  const child =
    holder === undefined || !Object.hasOwn(holder, key) ? undefined : (holder as Record<string, unknown>)[key]
  return typeof child === 'object' && child !== null ? child : undefined
}

/** Where the string that begins at `start` ends. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

const isEscaped = (text: string, at: number): boolean => {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (at - first) % 2 === 1
}
