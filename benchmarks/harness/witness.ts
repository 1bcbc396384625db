// Stands beside a target in its process (`--import`), and at SIGUSR2 writes what the process says of itself as JSON, whole at
// once, into the file that the query of its own URL names: the longest its event loop was held up since the last time, and
// what memory it holds, without the garbage if the query has `collect`, which holds up the loop.
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Milliseconds between two looks at the event loop: what is measured holds them, too. */
const RESOLUTION_MS = 1
const MIB = 2 ** 20

const { searchParams } = new URL(import.meta.url)
const file = searchParams.get('file')!
const collect = searchParams.has('collect') ? garbageCollector() : undefined
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delays.enable()

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

const millis = (nanos: number): number => Math.max(0, nanos / 1e6 - RESOLUTION_MS)

process.on('SIGUSR2', () => {
  const loop = { loopP99Ms: millis(delays.percentile(99)), loopMaxMs: millis(delays.max) }
  collect?.()
  const { heapUsed, external } = process.memoryUsage()
  writeFileSync(`${file}.new`, JSON.stringify({ ...loop, liveMiB: (heapUsed + external) / MIB }))
  renameSync(`${file}.new`, file)
  delays.reset()
})
