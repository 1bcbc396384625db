import type { Finish } from '@sluice/plugin-api'

/** Makes the end of an exchange: a complete answer of status 200 without a body, unless said otherwise. */
export function fakeFinish(options: Partial<Finish> = {}): Finish {
  return { status: 200, bytesIn: 0, bytesOut: 0, durationMs: 1, ended: 'complete', calls: [], ...options }
}
