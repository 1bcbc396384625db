import { isAmbiguousUri, isAmbiguousUriTemplate } from '@sluice/plugin-api'
import type { ScopeConfig } from './config.ts'

/** What OpenID Connect and Entra's token endpoint understand and no token ever carries in `scp`. */
const neverInTokens = new Set(['openid', 'profile', 'email', 'offline_access', '.default'])

/**
 * Refuses names of scopes that no token can carry.
 *
 * @throws Error saying which name to write instead.
 */
export function checkScopeNames({ required = [], methods, tools, resources }: Readonly<ScopeConfig>): void {
  check('required', required)
  for (const [key, operations] of Object.entries({ methods, tools, resources })) {
    for (const [pattern, needs] of Object.entries(operations ?? {}))
      check(`${key}[${JSON.stringify(pattern)}]`, 'length' in needs ? needs : (needs.scopes ?? []))
  }
}

function check(key: string, names: readonly string[]): void {
  for (const name of names) {
    // Characters of RFC 6749 section 3.3, without the slash that ends the API's URI in the request form.
    if (!/^[\x21\x23-\x2e\x30-\x5b\x5d-\x7e]+$/.test(name)) {
      const bare = name.slice(name.lastIndexOf('/') + 1)
      throw new Error(`${key}: write scopes by their bare names, as tokens carry them: ${bare}, not ${name}`)
    }
    if (neverInTokens.has(name)) throw new Error(`${key}: ${name} is never in scp of a token; name a scope of the API`)
  }
}

/** What the star of a pattern may stand for in a URI. */
const SAMPLES = ['x', '/x', 'x/x', '', '//x/x', '///x']

/**
 * Refuses patterns that fit no URI of those that are passed on: who writes `file:/hr/*` believes in a protection that is not
 * there.
 *
 * @throws Error naming the pattern, and how to write it.
 */
export function checkResources({ resources = {} }: Readonly<ScopeConfig>): void {
  for (const pattern of Object.keys(resources)) {
    // The case does not matter in patterns, and braces are those of a template.
    const isAmbiguous = pattern.includes('{') ? isAmbiguousUriTemplate : isAmbiguousUri
    const fits = SAMPLES.some(sample => !isAmbiguous(pattern.toLowerCase().replaceAll(/\*+/g, sample)))
    if (!fits) throw new Error(`resources[${JSON.stringify(pattern)}]: ${SPELLING}`)
  }
}

const SPELLING =
  'no URI that is passed on fits this: write it as URL parsers do (file:///hr/*, https://host/*), without a default port, a user and dot segments, and with escapes for what is not ASCII (%C3%A4)'
