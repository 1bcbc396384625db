import type { Singleton, SingletonContext } from '@sluice/plugin-api'
import type { AuditConfig } from './config.ts'
import type { RecordType } from './ledger.ts'
import { readTrailSettings } from './settings.ts'
import { Trail } from './trail.ts'

/** Bytes that may wait at the writer before workers are told to stop: as many again may be on their way. */
export const MOST_AT_OWNER = 4 * 1024 * 1024

/** What a worker says to the writer of all. */
export type TrailQuestion =
  /** A configuration with this hash is about to serve. */
  | {
      readonly kind: 'start'
      readonly hash: string
      readonly config: Readonly<AuditConfig>
      readonly directory: string
    }
  /** It was replaced, or never will serve. */
  | { readonly kind: 'ended'; readonly hash: string }
  /** Records in their order, how many found no room before them, and whether the disk is waited for. */
  | {
      readonly kind: 'records'
      readonly records: readonly (readonly [type: RecordType, fields: string])[]
      readonly lost: number
      readonly sync: boolean
    }
  | { readonly kind: 'flush' }

/** A configuration that workers serve, or are about to. */
interface Served {
  readonly controller: AbortController
  readonly started: Promise<void>
  /** By worker: how many configurations of this hash it has. */
  readonly users: Map<number, number>
}

/** The one writer of a trail for all workers of the process, which hand it their records. */
export class TrailOwner implements Singleton<TrailQuestion, boolean | Promise<boolean>> {
  readonly #trail: Trail
  readonly #served = new Map<string, Served>()

  constructor(context: SingletonContext) {
    this.#trail = new Trail(context)
  }

  /** Whether more can be recorded. @throws Error where the trail cannot be written, or `sync` failed */
  async answer(question: TrailQuestion, worker: number): Promise<boolean> {
    switch (question.kind) {
      case 'start':
        await this.#start(question, worker)
        break
      case 'ended':
        this.#ended(question.hash, worker)
        break
      case 'records':
        if (question.lost > 0) this.#trail.missed(question.lost)
        for (const [type, fields] of question.records) this.#trail.record(type, fields)
        if (question.sync) await this.#trail.synced()
        break
      default:
        await this.#trail.flush()
    }
    return this.#trail.accepting && this.#trail.waiting < MOST_AT_OWNER
  }

  gone(worker: number): void {
    for (const { users } of this.#served.values()) users.delete(worker)
  }

  close(): Promise<void> {
    return new Promise(resolve => this.#trail.close(resolve))
  }

  async #start({ hash, config, directory }: TrailQuestion & { kind: 'start' }, worker: number): Promise<void> {
    const served = this.#served.get(hash) ?? this.#begin(hash, config, directory)
    this.#served.set(hash, served)
    served.users.set(worker, (served.users.get(worker) ?? 0) + 1)
    try {
      await served.started
    } catch (error) {
      if (this.#served.get(hash) === served) this.#served.delete(hash)
      throw error
    }
  }

  #begin(hash: string, config: Readonly<AuditConfig>, directory: string): Served {
    const controller = new AbortController()
    const settings = readTrailSettings(config, directory)
    const started = this.#trail.start({ configuration: { hash }, settings, signal: controller.signal })
    return { controller, started, users: new Map() }
  }

  /** The first worker that has taken another configuration over speaks for all: they do so together. */
  #ended(hash: string, worker: number): void {
    const served = this.#served.get(hash)
    const left = (served?.users.get(worker) ?? 0) - 1
    if (served === undefined || left < 0) return
    served.users.set(worker, left)
    if (left > 0) return
    this.#served.delete(hash)
    served.controller.abort()
  }
}
