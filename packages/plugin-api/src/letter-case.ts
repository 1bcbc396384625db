const ASCII = /^[\0-\x7f]*$/

/**
 * A text as it reads where the case of letters does not matter. Sign by sign, so that what a text begins with, ends with or
 * contains, its folded form does too: `toLowerCase` of a whole text makes another letter of a sigma at the end of a word.
 */
export const foldCase = (text: string): string =>
  ASCII.test(text) ? text.toLowerCase() : Array.from(text, folded).join('')

/** By way of the capital, since some have no other letter in common (ſ and s); the capital of ẞ is itself, that of ß is SS. */
const folded = (sign: string): string => sign.toLowerCase().toUpperCase().toLowerCase()
