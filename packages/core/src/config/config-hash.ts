import { hash, scryptSync } from 'node:crypto'
import { effectiveConfig } from './effective.ts'
import type { LoadedConfig } from './load.ts'

/** scrypt (RFC 7914) at about 25 ms and 16 MiB: who tries secrets by the hash pays so much for each. */
const COST = { N: 2 ** 14, r: 8, p: 1 }

/**
 * SHA-256, in hexadecimal, of the effective configuration, in whatever order its keys are written. Secrets count by what
 * scrypt makes of the whole: the hash must not be a way to guess them.
 */
export const configHash = (config: LoadedConfig): string => {
  const shown = JSON.stringify(effectiveConfig(config), inOrder)
  const whole = JSON.stringify(effectiveConfig(config, asItIs), inOrder)
  if (whole === shown) return hash('sha256', shown)
  return hash('sha256', shown + scryptSync(whole, hash('sha256', shown), 32, COST).toString('hex'))
}

const asItIs = (_schema: object, part: object): object => part

const inOrder = (_name: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
