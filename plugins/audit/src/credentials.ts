export const REDACTED = '[redacted]'

/** Members that are called like a secret: whoever records whole arguments does not mean these. */
const SECRET_NAME =
  /(?:password|passwd|pwd|passphrase|secret|token|(?:api|account|access)[-_]?key|authorization|cookie|credential|private[-_]?key|connection[-_]?string)s?$|^pass$/i
/** Numbers of tokens. */
const COUNTED = /tokens$/i
/**
 * JSON Web Signatures and Encryption in compact form (RFC 7515, RFC 7516), what follows `Bearer` (RFC 6750), private keys in
 * PEM (RFC 7468), and tokens that say by their beginning whose they are: of GitHub, Slack and AWS.
 */
const TOKEN = new RegExp(
  [
    String.raw`eyJ[\w-]{8,}\.[\w-]*\.[\w-]*(?:\.[\w-]*)*`,
    String.raw`\bBearer\s+[\w.~+/-]+=*`,
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?`,
    String.raw`\b(?:gh[pousr]_|github_pat_)\w{20,}`,
    String.raw`\bxox[a-z]-[\w-]{10,}`,
    String.raw`\bAKIA[0-9A-Z]{16}\b`
  ].join('|'),
  'gi'
)

/** A text without the tokens in it. */
export const withoutTokens = (text: string): string => text.replace(TOKEN, REDACTED)

/** For `JSON.stringify`: leaves out what is, or is called like, a credential. */
export const hideCredentials = (name: string, value: unknown): unknown => {
  // Numbers, too: a PIN is one. But how many tokens a model may use is no secret.
  if (value !== null && value !== undefined && SECRET_NAME.test(name))
    return typeof value === 'number' && COUNTED.test(name) ? value : REDACTED
  return typeof value === 'string' ? withoutTokens(value) : value
}
