const BEYOND_ASCII = /[\u007f-\uffff]/g

/** JSON in ASCII alone: a line is then the same in every encoding, and is copied instead of encoded, at half the cost. */
export const asciiJson = (json: string): string =>
  json.replace(BEYOND_ASCII, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Of what JSON and ASCII leave as it is, as nearly all texts are. */
const PLAIN = /^[ !#-[\]-~]*$/

/** A text as JSON; `null` for none. */
export const jsonText = (text: string | undefined): string => {
  if (text === undefined) return 'null'
  return PLAIN.test(text) ? `"${text}"` : asciiJson(JSON.stringify(text))
}

/** What tool names and methods are made of (MCP 2025-11-25, tool names), and the ids of well-behaved clients. */
const NAME = /^[\w./:#-]{1,128}$/

/**
 * A name that a client chose. One that MCP would not allow is `"?"`: it could be anything, a token too, and says nothing
 * that the gateway acted on.
 */
export const nameText = (name: string): string => (NAME.test(name) ? `"${name}"` : '"?"')

/** The same text in one piece. What is joined of many is put together anew each time that it becomes a part of something. */
export const inOnePiece = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('latin1')
