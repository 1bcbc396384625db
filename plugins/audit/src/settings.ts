import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ConfigFault, parseDuration, parseSize } from '@sluice/plugin-api'
import type { AuditConfig } from './config.ts'
import { type Signer, signerOf } from './signer.ts'

/** How a trail is written, whichever entries add to it. */
export interface TrailSettings {
  /** Absolute, without symbolic links; `undefined` for standard output. */
  readonly file: string | undefined
  readonly signer: Signer | undefined
  /** Records, or milliseconds, from one checkpoint to the next. */
  readonly everyRecords: number
  readonly everyMs: number
  /** Bytes. */
  readonly rotateAt: number
  /** Renamed files. */
  readonly keep: number
}

/** Milliseconds of a checkpoint that a timer can wait for. */
const LONGEST_MS = 24 * 3_600_000

/** Reads an entry. @throws ConfigFault at the key that is in the wrong */
export const readTrailSettings = (config: Readonly<AuditConfig>, directory: string): TrailSettings => {
  const { checkpoint, rotate, durable, messages } = config
  const file = config.file === undefined ? undefined : realFile(resolve(directory, config.file))
  if (file === undefined && rotate !== undefined)
    throw new ConfigFault(['rotate'], 'standard output is no file; whoever collects it rotates')
  if (file === undefined && durable)
    throw new ConfigFault(['durable'], 'nothing that is written to standard output is known to be on a disk; use file')
  if (!messages && config.arguments !== 'none')
    throw new ConfigFault(['arguments'], 'arguments stand in messages, which are not read: take messages: false away')
  const every = checkpoint?.every ?? Infinity
  const everyMs = typeof every === 'string' ? parseDuration(every, ['checkpoint', 'every']) : Infinity
  if (everyMs !== Infinity && (everyMs < 10 || everyMs > LONGEST_MS))
    throw new ConfigFault(['checkpoint', 'every'], `${every} is out of range; from 10ms to 24h`)
  const rotateAt = rotate === undefined ? Infinity : parseSize(rotate.size, ['rotate', 'size'])
  if (rotateAt < 4096) throw new ConfigFault(['rotate', 'size'], `${rotateAt} bytes are a few records; from 4KiB`)
  return {
    file,
    signer: checkpoint === undefined ? undefined : signerOf(checkpoint.key),
    everyRecords: typeof every === 'number' ? every : Infinity,
    everyMs,
    rotateAt,
    keep: rotate?.keep ?? Infinity
  }
}

/** Whether two entries may add to one trail. */
export const isSameTrail = (a: TrailSettings, b: TrailSettings): boolean =>
  a.signer?.keyId === b.signer?.keyId &&
  a.everyRecords === b.everyRecords &&
  a.everyMs === b.everyMs &&
  a.rotateAt === b.rotateAt &&
  a.keep === b.keep

/** Symbolic links in a row (as in Linux). */
const MOST_LINKS = 40

/** One name for one file, however it is spelled, also where a link leads to what is not there yet: two chains in a file would break each other. */
const realFile = (file: string, links = 0): string => {
  try {
    return realpathSync(file)
  } catch {
    const target = linkOf(file)
    if (links > MOST_LINKS) throw new ConfigFault(['file'], `${file} is a symbolic link that leads nowhere`)
    if (target !== undefined) return realFile(resolve(dirname(file), target), links + 1)
    return join(realFolder(dirname(file)), basename(file))
  }
}

const linkOf = (file: string): string | undefined => {
  try {
    return readlinkSync(file)
  } catch {
    return undefined
  }
}

const realFolder = (folder: string): string => {
  try {
    return realpathSync(folder)
  } catch {
    throw new ConfigFault(['file'], `the folder ${folder} is not there`)
  }
}
