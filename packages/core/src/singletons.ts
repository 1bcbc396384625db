import { setTimeout as sleep } from 'node:timers/promises'
import type { Plugin, Singleton, SingletonContext } from '@sluice/plugin-api'
import type { EntrySettings, Settings } from './config/settings.ts'
import type { ParentLogger } from './gateway/services.ts'
import type { MetricRegistry } from './metrics/metric-registry.ts'

/** Which singleton is meant. */
export interface SingletonName {
  readonly plugin: string
  readonly name: string
  readonly key: string
}

/** Where a thread finds singletons: with itself, or in the main thread. */
export interface Singletons {
  /** Takes it, made from the options if nobody has it. */
  hold(which: SingletonName, options: unknown): void
  ask(which: SingletonName, question: unknown): Promise<unknown>
  release(which: SingletonName): void
}

interface Held {
  /** What making it threw is for all who ask. */
  readonly made: Singleton | { readonly failure: unknown }
  readonly holders: Set<number>
}

/** The singletons of a process, with the workers that use them. */
export class SingletonHost {
  readonly #metrics: MetricRegistry
  readonly #log: ParentLogger
  readonly #plugins = new Map<string, Plugin>()
  readonly #held = new Map<string, Held>()
  readonly #closing = new Set<Promise<void>>()

  constructor(metrics: MetricRegistry, log: ParentLogger) {
    this.#metrics = metrics
    this.#log = log
  }

  /** Learns the plugins of a configuration before one of their filters asks. */
  learn({ inEveryChain, filters, routes }: Settings): void {
    const entries: readonly EntrySettings[] = [...inEveryChain, ...filters, ...routes.flatMap(route => route.filters)]
    for (const { plugin } of entries) this.#plugins.set(plugin.name, plugin)
  }

  /** The singletons as one worker sees them. */
  of(worker: number): Singletons {
    return {
      hold: (which, options) => this.#hold(which, options, worker),
      ask: async (which, question) => this.#find(which).answer(question, worker),
      release: which => this.#release(which, worker)
    }
  }

  /** A worker is gone. What it alone used stays until {@link sweep}: another worker takes its place. */
  retire(worker: number): void {
    for (const { made, holders } of this.#held.values()) {
      if (!holders.delete(worker) || 'failure' in made) continue
      try {
        made.gone?.(worker)
      } catch (error) {
        this.#report(error)
      }
    }
  }

  /** Closes what nobody uses. */
  sweep(): void {
    for (const [id, { holders }] of this.#held) if (holders.size === 0) this.#close(id)
  }

  /** Closes what nobody uses, and waits for all that closes, for so many milliseconds: what takes longer is left behind. */
  async close(withinMs: number): Promise<void> {
    this.sweep()
    const ending = new AbortController()
    const late = sleep(withinMs, 'late' as const, { signal: ending.signal }).catch(() => undefined)
    const closed = Promise.all(this.#closing).then(() => undefined)
    if ((await Promise.race([closed, late])) === 'late')
      this.#log.warn({ withinMs }, 'a part that workers share has not closed in time, and is left behind')
    ending.abort()
  }

  #hold(which: SingletonName, options: unknown, worker: number): void {
    const id = idOf(which)
    const held = this.#held.get(id) ?? { made: this.#make(which, options), holders: new Set() }
    this.#held.set(id, held)
    held.holders.add(worker)
  }

  #make({ plugin, name }: SingletonName, options: unknown): Held['made'] {
    try {
      const make = this.#plugins.get(plugin)?.singletons?.[name]
      if (make === undefined) throw new Error(`The plugin ${plugin} has no singleton ${name}`)
      return make(options, this.#contextOf(plugin))
    } catch (failure) {
      return { failure }
    }
  }

  #find(which: SingletonName): Singleton {
    const held = this.#held.get(idOf(which))
    if (held === undefined) throw new Error(`The singleton ${which.name} of ${which.plugin} is closed`)
    if ('failure' in held.made) throw held.made.failure
    return held.made
  }

  #release(which: SingletonName, worker: number): void {
    const id = idOf(which)
    const held = this.#held.get(id)
    if (held?.holders.delete(worker) === true && held.holders.size === 0) this.#close(id)
  }

  #close(id: string): void {
    const { made } = this.#held.get(id)!
    this.#held.delete(id)
    if ('failure' in made) return
    const closing = closeSingleton(made).catch((error: unknown) => this.#report(error))
    this.#closing.add(closing)
    void closing.then(() => this.#closing.delete(closing))
  }

  #report(error: unknown): void {
    this.#log.error({ err: error }, 'a part that workers share has failed')
  }

  #contextOf(plugin: string): SingletonContext {
    const log = this.#log.child({ plugin })
    return { log, metrics: this.#metrics.ownedBy({ name: `plugin ${plugin}`, labels: {}, log }) }
  }
}

const closeSingleton = async (singleton: Singleton): Promise<void> => singleton.close?.()

const idOf = ({ plugin, name, key }: SingletonName): string => JSON.stringify([plugin, name, key])
