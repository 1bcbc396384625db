import { readFileSync, statSync, watch, type BigIntStats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigFault, type Logger } from '@sluice/plugin-api'
import type { FetchedKeys, KeySource } from '../key-source.ts'
import { importKeys } from './import-keys.ts'

const maxBytes = 1024n * 1024n

/**
 * A JWK set in a file of at most 1 MiB. Its folder is watched, not the file: a file that is put in its place by a rename,
 * or by a link that is swapped as Kubernetes does it, is another file.
 */
export class KeyFile implements KeySource {
  readonly about: object
  readonly #issuer: string
  readonly #file: string
  /** Which file was read last. */
  #read = ''
  #looking = false
  #lookAgain = false

  constructor(issuer: string, file: string) {
    this.about = { issuer, jwks: file }
    this.#issuer = issuer
    this.#file = file
  }

  /**
   * Reads the file now: a start does not go on without its keys.
   *
   * @throws ConfigFault if it cannot be read or has no keys
   */
  readAtStart(): FetchedKeys {
    try {
      this.#read = identityOf(statSync(this.#file, { bigint: true }))
      return this.#import(readFileSync(this.#file, 'utf8'))
    } catch (error) {
      throw new ConfigFault(['jwks', 'file'], `${this.#file} has no usable keys: ${messageOf(error)}`)
    }
  }

  async fetch(): Promise<FetchedKeys> {
    try {
      // Before the text: what changes in between is read once more.
      this.#read = identityOf(await stat(this.#file, { bigint: true }))
      return this.#import(await readFile(this.#file, 'utf8'))
    } catch (error) {
      throw new Error(`${this.#file}: ${messageOf(error)}`, { cause: error })
    }
  }

  watch(changed: () => void, signal: AbortSignal, log: Logger): void {
    const fail = (error: unknown) =>
      log.warn({ ...this.about, reason: messageOf(error) }, 'a change of the keys is not seen at once any more')
    try {
      const folder = dirname(this.#file)
      watch(folder, { persistent: false, signal }, () => void this.#look(changed)).on('error', fail)
      // What was put there between the first reading and now had nobody who saw it.
      void this.#look(changed)
    } catch (error) {
      fail(error)
    }
  }

  /** Other files of the folder may change all the time: one look at once, and no reading for them. */
  async #look(changed: () => void): Promise<void> {
    this.#lookAgain = true
    if (this.#looking) return
    this.#looking = true
    while (this.#lookAgain) {
      this.#lookAgain = false
      if ((await this.#identity()) !== this.#read) changed()
    }
    this.#looking = false
  }

  /** Empty if there is no file. */
  async #identity(): Promise<string> {
    try {
      return identityOf(await stat(this.#file, { bigint: true }))
    } catch {
      return ''
    }
  }

  #import(text: string): FetchedKeys {
    return { issuer: this.#issuer, ...importKeys(parse(text)) }
  }
}

/** @throws Error for what is no file, such as a pipe that nobody writes to, or is too long. */
function identityOf(stats: BigIntStats): string {
  if (!stats.isFile()) throw new Error('this is no file')
  if (stats.size > maxBytes) throw new Error('the file is longer than 1 MiB')
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')
}

/** The parser's own message would show what stands in the file. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the file is not JSON')
  }
}

const messageOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'the file may not be read' : message
}
