import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t from 'tap'
import { recordsOf } from '../support/audit-records.ts'
import { audited, message } from '../support/audited.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const durable of [false, true]) {
  t.test(`what cannot be recorded is refused, or served and counted (durable: ${durable})`, async t => {
    for (const onFull of ['refuse', 'continue'] as const) {
      const root = temporaryFolder(t)
      const folder = join(root, 'audit')
      mkdirSync(folder)
      const file = join(folder, 'audit.jsonl')
      const { post, log, admin, close, mcp } = await audited(t, { file, onFull, durable })
      t.equal((await post(message(1, 'echo', { text: 'x' }))).status, 200)
      renameSync(folder, join(root, 'gone'))
      const failures = () => log.filter(({ message: said }) => /cannot be written/.test(said))
      let last = await post(message(2, 'echo', { text: 'x' }))
      // Without durable the write that fails is one of the background.
      while (failures().length === 0) last = await post(message(2, 'echo', { text: 'x' }))
      last = await post(message(3, 'echo', { text: 'x' }))
      t.equal(last.status, onFull === 'refuse' ? 503 : 200, onFull)
      t.equal(last.headers.get('x-sluice-error'), onFull === 'refuse' ? 'SLUICE_AUDIT_UNAVAILABLE' : null)
      if (onFull === 'refuse')
        t.equal((await fetch(new URL('/.well-known/oauth-protected-resource/mcp', mcp))).status, 503)
      t.equal(failures().length, 1, 'told once')
      t.match(await (await fetch(`${admin}/metrics`)).text(), /^sluice_audit_writable 0$/m)
      mkdirSync(folder)
      const recovered = () => log.some(({ message: said }) => /is written again/.test(said))
      while (!recovered()) await post(message(4, 'echo', { text: 'x' }))
      t.equal((await post(message(5, 'echo', { text: 'x' }))).status, 200)
      await close()
      const { ok, chains } = await verifyFiles([join(root, 'gone/audit.jsonl'), file])
      t.match([ok, chains.length, chains[0]!.closed], [true, 1, true])
      if (onFull === 'refuse')
        t.ok(
          recordsOf(file).some(({ type, code }) => type === 'summary' && code === 'SLUICE_AUDIT_UNAVAILABLE'),
          'who was refused meanwhile is told of'
        )
      if (onFull === 'continue')
        t.ok(
          recordsOf(file).some(({ call, type }) => call === 3 && type === 'decision'),
          'nothing is lost as long as there is memory'
        )
    }
  })
}
