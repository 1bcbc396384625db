import { foldCase } from './letter-case.ts'

/**
 * Names that a pattern fits, in any letter case: `*` is anything, or nothing. Takes time in proportion to the name for each
 * part of the pattern, which a regular expression does not.
 */
export const wildcard = (pattern: string): ((name: string) => boolean) => {
  const [first = '', ...others] = foldCase(pattern).split('*')
  const last = others.pop()
  return name => {
    const folded = foldCase(name)
    if (last === undefined) return folded === first
    if (!folded.startsWith(first)) return false
    let at = first.length
    for (const part of others) {
      const found = folded.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return folded.length - last.length >= at && folded.endsWith(last)
  }
}
