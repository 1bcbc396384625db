import { randomBytes } from 'node:crypto'
import { VerifiedTokens, type VerifiedToken } from '../../plugins/jwt-entra/src/verified-tokens.ts'
import type { Case } from './case.ts'

const source = 'plugins/jwt-entra/src/verified-tokens.ts'

/** Looks up one token after the other; each request brings a string of its own. */
const lookUp = (count: number): (() => unknown) => {
  const bytes = Array.from({ length: count }, () => Buffer.from(randomBytes(1125).toString('base64url')))
  const known = new VerifiedTokens(count)
  for (const token of bytes) known.add({ token: token.toString('latin1') } as VerifiedToken)
  const presented = bytes.map(token => token.toString('latin1'))
  let at = 0
  return () => {
    at = (at + 1) % count
    return known.get(presented[at]!)
  }
}

export const cases: readonly Case[] = [
  { name: 'find one of 500 tokens', source, run: lookUp(500) },
  { name: 'find one of 20,000 tokens', source, run: lookUp(20_000) }
]
