/** What the filter takes from outside, so that tests can put a clock and a network of their own in its place. */
export interface Runtime {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Fetches a JSON document where that is somebody else's task; `unknownKey` if it is for a key that is not known. */
  readonly document?: (url: string, unknownKey: boolean) => Promise<unknown>
  /** Runs once after `ms` and keeps no process alive. Returns how to cancel. */
  schedule(ms: number, run: () => void): () => void
}

/** The machine's clock, network and timers. */
export const systemRuntime: Runtime = {
  // Both looked up at each call: a test may move the clock, the core may put a proxy in the network's place.
  now: () => Date.now(),
  fetch: (url, init) => fetch(url, init),
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
