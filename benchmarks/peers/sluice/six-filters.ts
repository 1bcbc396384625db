import type { Deviation } from './configuration.ts'

type Entries = NonNullable<Deviation['more']>

/** Lets everybody through: what counts is the counting. */
export const LIMIT: Entries[number] = { 'rate-limit': { by: 'principal', limit: 1_000_000, per: '1s' } }

/** Each target has a folder of its own, and the configuration is in it. */
export const audit = (more: object = {}): Entries[number] => ({ audit: { file: './audit.jsonl', ...more } })

export const UNSAMPLED: Entries[number] = { otel: { sample: 0 } }

/** The three that stand in `chain.yaml`, and the three that stand behind them. */
export const SIX = { filters: ['prm', 'jwt-entra', 'scope'], more: [LIMIT, audit(), UNSAMPLED] } as const
