export const REDACTED = '[redacted]'

/** Members that are called like a secret: whoever records whole arguments does not mean these. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|secret|token|api[-_]?key|authorization|cookie|credential|private[-_]?key)s?$/i
/** Numbers of tokens. */
const COUNTED = /tokens$/i
/** JSON Web Signatures and Encryption in compact form (RFC 7515, RFC 7516), and what follows `Bearer` (RFC 6750). */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]*\.[\w-]*(?:\.[\w-]*)*|\bBearer\s+[\w.~+/-]+=*/gi

/** A text without the tokens in it. */
export const withoutTokens = (text: string): string => text.replace(TOKEN, REDACTED)

/** For `JSON.stringify`: leaves out what is, or is called like, a credential. */
export const hideCredentials = (name: string, value: unknown): unknown => {
  // Numbers, too: a PIN is one. But how many tokens a model may use is no secret.
  if (value !== null && value !== undefined && SECRET_NAME.test(name))
    return typeof value === 'number' && COUNTED.test(name) ? value : REDACTED
  return typeof value === 'string' ? withoutTokens(value) : value
}
