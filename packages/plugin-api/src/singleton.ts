import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/**
 * A part of a plugin of which a process has one, however many workers it has: what counts for all, or writes one file. It
 * runs in the thread that loads the configuration. Questions and answers are copied from thread to thread, as
 * `structuredClone` does; a SharedArrayBuffer is shared.
 */
export interface Singleton<Question = unknown, Answer = unknown> {
  /** Answers a worker. Numbers of workers count from 1, and none is used twice. @throws Error for the one who asks */
  answer(question: Question, worker: number): Answer | Promise<Answer>
  /** The worker has ended, as a rule by a fault, and lets go of whatever it had. */
  gone?(worker: number): void
  /** Nobody uses it any more. */
  close?(): void | Promise<void>
}

/** What a singleton is made with. */
export interface SingletonContext {
  readonly log: Logger
  readonly metrics: Metrics
}

/** Makes a singleton from what its first user says of it. @throws Error for all who ask it */
export type SingletonMaker = (options: unknown, ctx: SingletonContext) => Singleton

/** Asks a singleton. Rejects with what it throws, and if it is gone. */
export type Ask<Question = unknown, Answer = unknown> = (question: Question) => Promise<Answer>
