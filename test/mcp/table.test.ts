import t from 'tap'
import { carryOut } from './table/carry-out.ts'
import { mirroredFields } from './table/mirrored-fields.ts'
import { numbers } from './table/numbers.ts'
import { revision20250326 } from './table/revision-2025-03-26.ts'
import { revision20250618 } from './table/revision-2025-06-18.ts'
import { revision20251125 } from './table/revision-2025-11-25.ts'
import { revision20260728 } from './table/revision-2026-07-28.ts'
import type { Revision, Rows } from './table/row.ts'
import { scene } from './table/scene.ts'
import { unreadable } from './table/unreadable.ts'

const TABLE: readonly (readonly [Revision, Rows])[] = [
  ['2025-03-26', revision20250326],
  ['2025-06-18', revision20250618],
  ['2025-11-25', revision20251125],
  ['2025-11-25', unreadable],
  ['2025-06-18', numbers],
  ['2026-07-28', revision20260728],
  ['2026-07-28', mirroredFields]
]

for (const [hooks, waits] of [
  ['do not wait', false],
  ['wait', true]
] as const) {
  t.test(`the message table, with hooks that ${hooks}`, async t => {
    const at = await scene(t, waits)
    let rows = 0
    let runs = 0
    for (const [revision, some] of TABLE) {
      for (const [name, row] of Object.entries(some)) {
        const carried = await carryOut(at, revision, row, !waits)
        rows++
        runs += carried.runs
        t.strictSame(carried.deviations.slice(0, 1), [], `${revision}: ${name} (${carried.runs} ways)`)
      }
    }
    t.comment(`${rows} rows, ${runs} runs`)
    t.ok(rows >= 80, 'at least 80 rows')
  })
}
