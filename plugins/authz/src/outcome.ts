/**
 * What a condition may come to, as a set of bits. Asked about a call a condition has one outcome; asked about an item of a
 * list, whose arguments nobody knows yet, it has every one that some arguments would give it.
 */
export type Outcome = number

export const FALSE = 1
export const TRUE = 2
/** It cannot be told: a claim or an argument that is not there, groups that are unknown, a value of another type. */
export const ERROR = 4
export const ANY = FALSE | TRUE | ERROR

/** CEL's `&&`: false wins over an error, an error over true. */
const conjunction = (a: Outcome, b: Outcome): Outcome =>
  a === FALSE || b === FALSE ? FALSE : a === ERROR || b === ERROR ? ERROR : TRUE

/** CEL's `||`: true wins over an error, an error over false. */
const disjunction = (a: Outcome, b: Outcome): Outcome =>
  a === TRUE || b === TRUE ? TRUE : a === ERROR || b === ERROR ? ERROR : FALSE

const SINGLE = [FALSE, TRUE, ERROR] as const

/** The same of sets: every outcome of the one with every outcome of the other. */
const ofSets = (operator: typeof conjunction): Uint8Array => {
  const table = new Uint8Array(64)
  for (let a = 0; a < 8; a++) {
    for (let b = 0; b < 8; b++) {
      for (const one of SINGLE) {
        for (const other of SINGLE) if (a & one && b & other) table[a * 8 + b]! |= operator(one, other)
      }
    }
  }
  return table
}

const AND = ofSets(conjunction)
const OR = ofSets(disjunction)

export const and = (a: Outcome, b: Outcome): Outcome => AND[a * 8 + b]!
export const or = (a: Outcome, b: Outcome): Outcome => OR[a * 8 + b]!
/** CEL's `!`: what cannot be told stays so. */
export const not = (a: Outcome): Outcome => (a & ERROR) | (a & TRUE ? FALSE : 0) | (a & FALSE ? TRUE : 0)

export const truth = (value: boolean): Outcome => (value ? TRUE : FALSE)
