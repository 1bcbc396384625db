import { foldCase } from '@sluice/plugin-api'
import type { Kind } from './question.ts'

/**
 * Texts of which at least one is in the {@link thingText} of each thing that a condition can be anything but the one outcome
 * for, so that rules are found by the thing; `undefined` for a condition that says nothing of names. What is found is asked:
 * too many are slow, and one too few would be a rule that does not hold.
 */
export type Anchors = ReadonlySet<string> | undefined

// Whoever sends these signs in a name makes a rule be asked in vain.
const BEGIN = '\u0002'
const END = '\u0003'

/** What anchors are looked for in: kind and name of a thing, letter case folded. */
export const thingText = (kind: Kind | undefined, foldedName: string): string =>
  `${kind ?? ''}${BEGIN}${foldedName}${END}`

/** Whether an anchor is the whole text of a thing. */
export const isWhole = (anchor: string): boolean => anchor.includes(BEGIN) && anchor.endsWith(END)

/** How a name has to be. */
export interface NamePart {
  readonly text: string
  /** The name begins with it. */
  readonly first: boolean
  /** The name ends with it. */
  readonly last: boolean
}

/** The anchor of names of a kind; `undefined` where it would be in every one. */
export const anchorOf = (kind: Kind, { text, first, last }: NamePart): string | undefined =>
  // An empty name is also that of everything that is of another kind.
  text === '' ? undefined : `${first ? kind + BEGIN : ''}${foldCase(text)}${last ? END : ''}`

/** Anchors of names that are so in one of several ways. */
export const anchorsOf = (kind: Kind | undefined, parts: readonly NamePart[]): Anchors => {
  const anchors = kind === undefined ? [undefined] : parts.map(part => anchorOf(kind, part))
  return anchors.every(anchor => anchor !== undefined) ? new Set(anchors) : undefined
}

/** Those of a conjunction: any part's are enough, and the most telling ones are best. */
export const best = (all: readonly Anchors[]): Anchors =>
  all.reduce((one, other) => {
    if (one === undefined || other === undefined) return one ?? other
    return isMoreTelling(lengthsOf(other), lengthsOf(one)) ? other : one
  }, undefined)

const lengthsOf = (anchors: ReadonlySet<string>): readonly number[] => Array.from(anchors, ({ length }) => length)

/** Signs that are as good as more of them: there are few names with these by accident. */
const ENOUGH = 4

/** Whether texts of these lengths are in fewer names than those of others: longer ones, and of as long ones fewer. */
export const isMoreTelling = (lengths: readonly number[], than: readonly number[]): boolean => {
  const [length, other] = [Math.min(...lengths), Math.min(...than)]
  const byLength = Math.min(length, ENOUGH) - Math.min(other, ENOUGH)
  return (byLength || than.length - lengths.length || length - other) > 0
}

/** Those of a disjunction: all parts' together. */
export const together = (all: readonly Anchors[]): Anchors => {
  const union = new Set<string>()
  for (const anchors of all) {
    if (anchors === undefined) return undefined
    for (const anchor of anchors) union.add(anchor)
  }
  return union
}
