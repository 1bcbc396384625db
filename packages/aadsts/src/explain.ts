import { facadeExplanations } from './facade.ts'
import { type Explanation, explanations } from './explanations.ts'

/** A code that is explained. */
export interface Explained extends Explanation {
  /** As Entra writes it: `AADSTS9010010`. */
  readonly code: string
  /** What it means where the gateway itself is the client (`entra-oauth`), if that is something else. */
  readonly atFacade?: string
}

/**
 * Finds the code in what Entra said, or in what a person typed: an `error_description`, `AADSTS9010010`, or its number
 * alone. The first one counts; `undefined` where there is none.
 */
export const readCode = (text: string): number | undefined => {
  const [, digits] = /\bAADSTS(\d{4,8})\b/i.exec(text) ?? /^\s*(\d{4,8})\s*$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Explains the code in a text; `undefined` where there is none, or one that is not known here. */
export const explain = (text: string): Explained | undefined => {
  const code = readCode(text)
  const explanation = (explanations as Readonly<Record<number, Explanation>>)[code ?? -1]
  if (explanation === undefined) return undefined
  const atFacade = facadeExplanations[code!]?.text
  const differs = atFacade !== undefined && atFacade !== `${explanation.meaning} ${explanation.fix}`
  return { code: `AADSTS${code}`, ...explanation, ...(differs && { atFacade }) }
}
