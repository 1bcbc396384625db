import { generateKeyPairSync } from 'node:crypto'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { Test } from 'tap'
import type { PluginContext } from '@sluice/plugin-api'
import { fakeContext } from '@sluice/test-kit'
import { type AuditConfig, configSchema } from '../src/config.ts'
import type { ChainEnd } from '../src/hash-chain.ts'
import { draftLine, RecordBatch, type Sign } from '../src/record-batch.ts'
import { readTrailSettings } from '../src/settings.ts'
import { Trail } from '../src/trail.ts'

const pair = generateKeyPairSync('ed25519')
/** A key of an operator: the private half signs, the public one verifies. */
export const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
export const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

const { messages, arguments: args, redact, names, durable, onFull } = configSchema.properties
export const defaults: AuditConfig = {
  messages: messages.default,
  arguments: args.default as 'none',
  redact: redact.default,
  names: names.default,
  durable: durable.default,
  onFull: onFull.default as 'refuse'
}

/** A trail that was started, as the filter of an entry starts it. */
export const startedTrail = async (
  config: Partial<AuditConfig>,
  ctx: PluginContext = fakeContext()
): Promise<Trail> => {
  const { configuration, signal } = ctx
  const settings = readTrailSettings({ ...defaults, ...config }, ctx.directory)
  const trail = new Trail(ctx)
  trail.wishes.want(configuration, settings)
  await trail.start({ configuration, settings, signal })
  return trail
}

/** Adds so many records that say nothing. */
export const fill = (trail: Trail, count: number): void => {
  for (let i = 0; i < count; i++) trail.record('decision', `"type":"decision","n":${i}`)
}

/** The line of a record that somebody makes behind another one. */
export const forgedLine = ({ seq, hash }: ChainEnd, fields: string, sign?: Sign): string => {
  const batch = new RecordBatch(4096)
  batch.add(draftLine(seq + 1, fields, sign !== undefined), sign)
  batch.chain(hash)
  return Buffer.from(batch.bytes()).toString().trimEnd()
}

/** Puts something in the place of a function of `node:fs`, until the test ends or calls what this returns. */
export const intercepted = <N extends 'openSync' | 'renameSync' | 'linkSync'>(
  t: Test,
  name: N,
  instead: (...args: Parameters<(typeof fs)[N]>) => void
): (() => void) => {
  const original = fs[name]
  const put = (value: unknown): void => {
    Object.assign(fs, { [name]: value })
    syncBuiltinESMExports()
  }
  const restore = (): void => put(original)
  put(instead)
  t.teardown(restore)
  return restore
}
