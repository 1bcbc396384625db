import { explain, type Explained, readCode } from '@sluice/aadsts'
import type { Paint } from './report-text.ts'

/** What there is to say about a text: the codes in it, in their order, or why there are none. */
export type Decoding = { readonly codes: readonly [Explained, ...Explained[]] } | { readonly message: string }

/** Explains every code in a text: a number, or whole messages. */
export const decode = (text: string): Decoding => {
  const named = text.match(/\bAADSTS\d{4,8}\b/gi) ?? [text]
  const [first, ...others] = [...new Set(named)].flatMap(one => explain(one) ?? [])
  return first === undefined ? { message: silence(text) } : { codes: [first, ...others] }
}

const silence = (text: string): string => {
  const [own] = /\bSLUICE_[A-Z_]+\b/.exec(text) ?? []
  if (own !== undefined) return `${own} is a code of the gateway and none of Entra: docs/errors.md explains it.`
  const code = readCode(text)
  return code === undefined
    ? 'There is no AADSTS code in that.'
    : `AADSTS${code} is not known here. Microsoft explains it: https://login.microsoftonline.com/error?code=${code}`
}

/** One object for programs: the first code, further ones under `others`. */
export const decodedValue = (decoding: Decoding): object => {
  if ('message' in decoding) return { code: null, message: decoding.message }
  const [first, ...others] = decoding.codes
  return others.length > 0 ? { ...first, others } : first
}

/** Sentences for people. */
export const decodedText = (decoding: Decoding, paint: Paint): string => {
  if ('message' in decoding) return `${decoding.message}\n`
  const lines = decoding.codes.flatMap(({ code, meaning, fix, atFacade }) => [
    paint('bold', code),
    meaning,
    fix,
    ...(atFacade === undefined ? [] : [`Where entra-oauth stands in front of Entra: ${atFacade}`])
  ])
  return `${lines.join('\n')}\n`
}
