import { type Answered, httpGet } from './http-get.ts'

/** A document that was fetched for all workers, at a time that may lie back. */
export interface SharedDocument {
  /** When it was fetched, in milliseconds. */
  readonly at: number
  readonly document: unknown
  /** When it was fetched for a key that a worker did not know; `undefined` if it was for another reason. */
  readonly forUnknownAt: number | undefined
}

/** What the filter takes from outside, so that tests can put a clock and a network of their own in its place. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Asks an address for a JSON document, and follows no redirect. */
  get(url: string, signal: AbortSignal): Promise<Answered>
  /** Fetches a JSON document where that is somebody else's task; `unknownKey` if it is for a key that is not known. */
  readonly document?: (url: string, unknownKey: boolean) => Promise<SharedDocument>
  /** Runs once after `ms` and keeps no process alive. Returns how to cancel. */
  schedule(ms: number, run: () => void): () => void
}

/** The machine's clock, network and timers. */
export const systemRuntime: Runtime = {
  // Looked up at each call: a test may move the clock.
  now: () => Date.now(),
  get: httpGet,
  schedule(ms, run) {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  }
}

/** The same runtime, fetching for a key that is not known. */
export function forUnknownKey(runtime: Runtime): Runtime {
  const { document } = runtime
  return document === undefined ? runtime : { ...runtime, document: url => document(url, true) }
}
