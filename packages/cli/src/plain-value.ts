import type { Document } from 'yaml'

/**
 * What a YAML document comes to.
 *
 * @param fault - Makes the error for one whose aliases come to too much: at most 100 of one anchor.
 */
export const plainValue = (
  document: Document.Parsed,
  fault: (message: string) => Error,
  reviver: (key: unknown, value: unknown) => unknown = (_key, value) => value
): unknown => {
  try {
    return document.toJS({ reviver })
  } catch (error) {
    // An alias of an anchor that is not there is told when the text is parsed.
    if (error instanceof ReferenceError) throw fault('its aliases come to too much: write out what they stand for')
    throw error
  }
}
