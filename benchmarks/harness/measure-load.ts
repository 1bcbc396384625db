import { cpuSeconds } from './cpu.ts'
import { residentMiB } from './memory.ts'
import type { Metric, Sample } from './result.ts'
import type { Target } from './target.ts'
import { expectSuccess, type Load, wrk } from './wrk.ts'

/** What is taken of a target under load. */
export const LOAD_METRICS: readonly Metric[] = [
  { key: 'cpuMicros', label: 'CPU µs/request', digits: 1 },
  { key: 'perSecond', label: 'requests/s', digits: 0 },
  { key: 'p50Ms', label: 'p50 ms', digits: 2 },
  { key: 'p99Ms', label: 'p99 ms', digits: 2 },
  { key: 'residentMiB', label: 'memory MiB', digits: 0 }
]

/** Puts load on a target; the CPU is the target's, from /proc. @throws Error if an answer was no success */
export const measureLoad = async (target: Target, load: Load): Promise<Sample & { readonly requests: number }> => {
  const before = cpuSeconds(target.pid)
  const result = await wrk(target.url, load)
  const used = cpuSeconds(target.pid) - before
  target.check()
  expectSuccess(target.peer.name, result)
  return {
    requests: result.requests,
    cpuMicros: (used / result.requests) * 1e6,
    perSecond: result.requests / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    residentMiB: residentMiB(target.pid)
  }
}
