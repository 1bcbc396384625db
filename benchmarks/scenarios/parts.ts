import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { pinned } from '../harness/cores.ts'
import type { Sample } from '../harness/result.ts'
import type { Scenario } from '../harness/scenario.ts'

const RUN = resolve(import.meta.dirname, '../micro/run.ts')
const run = promisify(execFile)

interface Found {
  readonly name: string
  readonly source: string
  readonly nanos: number
}

/** The micro-benchmarks of `micro/`, every round in a process of its own. */
export const parts: Scenario = {
  name: 'parts',
  title: 'Parts of the request path alone',
  about:
    'Nanoseconds a call, warm, on the core of the targets: for the order of magnitude, and for comparing two commits.',
  metrics: [{ key: 'nanos', label: 'ns', digits: 0 }],
  tokens: () => 1,
  run: async bench => {
    const rows = new Map<string, { variant: string; about: string; samples: Sample[] }>()
    for (let round = 0; round < Math.min(bench.options.rounds, 3); round++) {
      bench.progress(`  round ${round + 1}`)
      const args = ['--conditions=@sluice/source', RUN, bench.options.quick ? '50' : '300']
      const [program = '', ...rest] = pinned('target', [process.execPath, ...args])
      const { stdout } = await run(program, rest)
      for (const { name, source, nanos } of JSON.parse(stdout) as Found[]) {
        const row = rows.get(name) ?? { variant: `\`${source}\`: ${name}`, about: source, samples: [] }
        rows.set(name, row)
        row.samples.push({ nanos })
      }
    }
    return Array.from(rows.values())
  }
}
