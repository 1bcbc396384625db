/**
 * Seals what a client keeps for a filter, so that nobody can read, make or change it, and so that it says something only
 * where it was given. Every process with the same `sealing.keys` opens it.
 */
export interface Sealing {
  /** Seals a text for a circumstance, `bound`: who it is for, and what. The result is base64url, 52 characters longer or more. */
  seal(text: string, bound: string): string
  /** The text, if it was sealed by this plugin, for this circumstance, with a key that is still listed; else `undefined`. */
  open(sealed: string, bound: string): string | undefined
  /** A keyed digest: HMAC-SHA-256 in base64url, the same for the same text in every process with the same first key. */
  digest(text: string): string
}
