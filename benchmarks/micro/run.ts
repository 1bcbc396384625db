// Runs every case of this folder, and writes nanoseconds as one line of JSON. A process of its own, so that it can be pinned.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { Bench } from 'tinybench'
import type { Case } from './case.ts'

const NOT_CASES = new Set(['case.ts', 'headers.ts', 'run.ts'])
const millis = Number(process.argv[2] ?? 300)

const files = globSync('*.ts', { cwd: import.meta.dirname })
  .filter(file => !NOT_CASES.has(file))
  .toSorted()
const modules = await Promise.all(
  files.map(file => import(join(import.meta.dirname, file)) as Promise<{ cases: Case[] }>)
)
const cases = modules.flatMap(module => module.cases)

/** A call alone is shorter than the clock can tell. */
const CALLS = 100
let kept: unknown
const bench = new Bench({ time: millis, warmupTime: millis / 3 })
for (const { name, run } of cases) {
  bench.add(name, () => {
    for (let i = 0; i < CALLS; i++) kept = run()
  })
}
await bench.run()
const found = bench.tasks.map(({ name, result }, i) => {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`)
  return { name, source: cases[i]!.source, nanos: (result.latency.p50 * 1e6) / CALLS }
})
process.stdout.write(`${JSON.stringify(found)}\n`)
if (kept === Symbol.iterator) process.stdout.write('\n')
