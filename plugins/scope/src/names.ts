/** What OpenID Connect and Entra's token endpoint understand and no token ever carries in `scp`. */
const neverInTokens = new Set(['openid', 'profile', 'email', 'offline_access', '.default'])

/**
 * Refuses names of scopes that no token can carry.
 *
 * @throws Error saying which name to write instead.
 */
export function checkScopeNames(names: readonly string[]): void {
  for (const name of names) {
    // Characters of RFC 6749 section 3.3, without the slash that ends the API's URI in the request form.
    if (!/^[\x21\x23-\x2e\x30-\x5b\x5d-\x7e]+$/.test(name)) {
      const bare = name.slice(name.lastIndexOf('/') + 1)
      throw new Error(`required: write scopes by their bare names, as tokens carry them: ${bare}, not ${name}`)
    }
    if (neverInTokens.has(name))
      throw new Error(`required: ${name} is never in scp of a token; name a scope of the API`)
  }
}
