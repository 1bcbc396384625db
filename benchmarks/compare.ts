import { checkOut } from './harness/checkout.ts'
import { inFreshProcess } from './harness/fresh.ts'
import { interleave } from './harness/interleave.ts'
import { loadVariant } from './harness/load-variant.ts'
import { LOAD_METRICS } from './harness/measure-load.ts'
import { readOptions } from './harness/options.ts'
import { checkTools } from './harness/requirements.ts'
import type { Metric, Row } from './harness/result.ts'
import { compare, median } from './harness/statistics.ts'
import { plainText } from './harness/table.ts'
import { openWorkbench, usualLoad } from './harness/workbench.ts'
import { sluice } from './peers/sluice/start.ts'

/** Distinct tokens: as many as the cache remembers, and more than that. */
const LOADS = { 'known tokens': 500, 'new tokens': 20_000 }

const { positionals, ...options } = readOptions(process.argv.slice(2), () => 7)
const [ref] = positionals
if (ref === undefined)
  throw new Error('Which commit? npm run bench:compare -- REF [--rounds N] [--seconds N] [--quick]')
checkTools()

const percent = (part: number): string => `${(part * 100).toFixed(1)} %`

const verdict = (metric: Metric, [before, after]: readonly [Row, Row]): string[] => {
  const [old, young] = [before, after].map(({ samples }) => samples.map(sample => sample[metric.key]!))
  const { ratio, noise, changed } = compare(old!, young!)
  const change = `${ratio < 1 ? '−' : '+'}${percent(Math.abs(ratio - 1))}`
  const figures = [old!, young!].map(series => median(series).toFixed(metric.digits))
  return [metric.label, ...figures, change, `±${percent(noise)}`, changed ? 'changed' : 'no change beyond the noise']
}

const checkout = checkOut(ref)
const bench = await openWorkbench(options, Math.max(...Object.values(LOADS)))
try {
  const about = 'origin, prm, jwt-entra, scope'
  const sides = [sluice(checkout.commit, about, {}, { repository: checkout.folder }), sluice('working tree', about)]
  for (const [name, tokens] of Object.entries(LOADS)) {
    bench.progress(name)
    const load = await usualLoad(bench, tokens)
    const rows = await interleave(
      bench,
      sides.map(peer => inFreshProcess(loadVariant(bench, peer, load)))
    )
    const head = [name, ...sides.map(peer => peer.name), 'change', 'noise', '']
    const lines = LOAD_METRICS.map(metric => verdict(metric, [rows[0]!, rows[1]!]))
    process.stdout.write(`${plainText([head, ...lines])}\n\n`)
  }
} finally {
  await bench.close()
}
