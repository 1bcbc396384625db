import { isUtf8 } from 'node:buffer'

/** Base64 in a field that repeats a part of the body (2026-07-28, Streamable HTTP, Value Encoding). */
const SENTINEL = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/

/** The value of a field; `undefined` if it is not what it says it is. */
export const decoded = (value: string): string | undefined => {
  if (!value.startsWith('=?base64?')) return value
  const encoded = SENTINEL.exec(value)?.[1]
  if (encoded === undefined) return value.endsWith('?=') ? undefined : value
  const bytes = Buffer.from(encoded, 'base64')
  return bytes.toString('base64') === encoded && isUtf8(bytes) ? bytes.toString() : undefined
}

/** Writes a value so that a field can hold it. */
export const encoded = (value: string): string =>
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !/^=\?base64\?.*\?=$/.test(value)
    ? value
    : `=?base64?${Buffer.from(value).toString('base64')}?=`

/** The values of a body that a field may say. Numbers are compared as numbers: `42.0` is `42`. */
export const valuesOf = (field: string | undefined): readonly string[] => {
  const value = field === undefined ? undefined : decoded(field)
  if (value === undefined) return []
  return NUMBER.test(value) ? [value, String(Number(value))] : [value]
}

const NUMBER = /^-?\d+(?:\.\d+)?$/
