/** Code units of the characters that mean something in a JSON text (RFC 8259 section 2). */
export const QUOTE = 34
export const COMMA = 44
export const MINUS = 45
export const ZERO = 48
export const NINE = 57
export const COLON = 58
export const OPEN_BRACKET = 91
export const BACKSLASH = 92
export const CLOSE_BRACKET = 93
export const OPEN_BRACE = 123
export const CLOSE_BRACE = 125
