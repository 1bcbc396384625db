import { isMoreTelling, type NamePart } from './anchors.ts'

const NOTHING_KNOWN: readonly NamePart[] = [{ text: '', first: false, last: false }]

/**
 * Texts of which one is in everything that a pattern of RE2 matches, whatever the case of its letters. Where that is not
 * plain to see it is the empty text, which is in everything.
 */
export const partsOfPattern = (pattern: string): readonly NamePart[] => {
  try {
    const reader = new PatternReader(pattern.replace(/^\(\?i\)/, ''))
    return reader.alternatives()
  } catch (error) {
    if (error instanceof NotPlain) return NOTHING_KNOWN
    throw error
  }
}

class NotPlain extends Error {
  override name = 'NotPlain'
}

const ASSERTIONS = '^$'
const PLAIN = /[ -~]/
/** Escapes that stand for one sign of several, or for none. */
const CLASS_ESCAPES = 'dDwWsSbBAz'
const REPETITION = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/
const CLASS = /^\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/s

/** Reads a pattern from the left to the right. */
class PatternReader {
  #left: string

  constructor(pattern: string) {
    this.#left = pattern
  }

  /** `a|b|c`, to the end of the group or the pattern: the parts of each. */
  alternatives(): readonly NamePart[] {
    const parts = [...this.#sequence()]
    while (this.#takes('|')) parts.push(...this.#sequence())
    return parts
  }

  #sequence(): readonly NamePart[] {
    const run = new Run()
    let known = NOTHING_KNOWN
    const better = (parts: readonly NamePart[]): void => {
      if (isMoreTelling(lengthsOf(parts), lengthsOf(known))) known = parts
    }
    while (this.#left !== '' && !'|)'.includes(this.#left[0]!)) {
      if (this.#takes('(')) {
        better(run.end(false))
        const parts = this.#group()
        if (!this.#mayBeLeftOut()) better(parts)
      } else if (ASSERTIONS.includes(this.#left[0]!)) {
        const isLast = this.#sign() === '$'
        if (REPETITION.test(this.#left)) throw new NotPlain()
        better(run.end(isLast))
        run.first = !isLast
      } else {
        const sign = this.#literal()
        const repetition = this.#repetition()
        if (sign !== undefined && (repetition === '' || repetition.startsWith('+'))) run.text += sign
        if (sign === undefined || repetition !== '') better(run.end(false))
      }
    }
    better(run.end(false))
    return known
  }

  #group(): readonly NamePart[] {
    if (this.#left.startsWith('?') && !this.#takes('?:')) throw new NotPlain()
    const parts = this.alternatives()
    if (!this.#takes(')')) throw new NotPlain()
    return parts
  }

  /** A sign that stands for itself; `undefined` for what stands for several. */
  #literal(): string | undefined {
    const [set] = CLASS.exec(this.#left) ?? []
    if (set !== undefined) {
      this.#left = this.#left.slice(set.length)
      return undefined
    }
    const sign = this.#sign()
    if (sign === '[') throw new NotPlain()
    if (sign === '.') return undefined
    if (sign !== '\\') return PLAIN.test(sign) ? sign : undefined
    const escaped = this.#sign()
    if (CLASS_ESCAPES.includes(escaped)) return undefined
    if (!PLAIN.test(escaped) || /\w/.test(escaped)) throw new NotPlain()
    return escaped
  }

  #mayBeLeftOut(): boolean {
    const repetition = this.#repetition()
    return repetition !== '' && !repetition.startsWith('+')
  }

  #repetition(): string {
    const [repetition = ''] = REPETITION.exec(this.#left) ?? []
    this.#left = this.#left.slice(repetition.length)
    return repetition
  }

  #takes(text: string): boolean {
    if (!this.#left.startsWith(text)) return false
    this.#left = this.#left.slice(text.length)
    return true
  }

  #sign(): string {
    const sign = this.#left[0] ?? ''
    this.#left = this.#left.slice(1)
    return sign
  }
}

/** Signs that follow each other in whatever is matched. */
class Run {
  text = ''
  /** It begins where the name does. */
  first = false

  /** What follows is not known, or is the end. */
  end(last: boolean): readonly NamePart[] {
    const part = { text: this.text, first: this.first, last }
    this.text = ''
    this.first = false
    return [part]
  }
}

const lengthsOf = (parts: readonly NamePart[]): readonly number[] => parts.map(({ text }) => text.length)
