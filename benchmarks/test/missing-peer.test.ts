import t from 'tap'
import { interleave } from '../harness/interleave.ts'
import type { Peer } from '../harness/peer.ts'
import { whatIsMissing } from '../harness/requirements.ts'
import { plainText, tableOf } from '../harness/table.ts'
import type { Workbench } from '../harness/workbench.ts'

const absent: Peer = {
  name: 'Absent',
  about: 'a proxy that nobody has',
  guards: true,
  command: 'sluice-bench-no-such-program',
  start: () => Promise.reject(new Error('it cannot be started'))
}

t.test('a program or a package that is not there is named, with what to type', async t => {
  t.match(whatIsMissing(absent), /sluice-bench-no-such-program is not installed: apt-get install/)
  t.match(whatIsMissing({ ...absent, command: 'sh', packages: ['tap', 'no-such-package'] }), /^no-such-package not/)
  t.equal(whatIsMissing({ ...absent, command: 'sh', packages: ['tap'] }), undefined)
})

t.test('a peer that is missing has its line in the table', async t => {
  const bench = { options: { rounds: 1 }, progress: () => {} } as unknown as Workbench
  const variant = { peer: absent, prepare: async () => {}, measure: async () => ({ cpuMicros: 1 }) }
  const rows = await interleave(bench, [variant])
  const metrics = [{ key: 'cpuMicros', label: 'CPU', digits: 0 }]
  const table = plainText(tableOf({ name: 'x', title: 'x', about: 'x', metrics, rows }))
  t.match(table, /Absent +missing: sluice-bench-no-such-program is not installed/)
})
