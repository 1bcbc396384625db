import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import t from 'tap'
import { settled } from '../support/settled.ts'
import { Sockets } from '../support/sockets.ts'
import { credentialsIn } from './credentials.ts'
import { carryOut } from './carry-out.ts'
import { tables } from './tables.ts'
import { Target } from './target.ts'

const file = resolve(import.meta.dirname, '../../docs/security.md')
const counts = new Map<string, number>()

for (const { subject, rows } of tables) {
  t.test(subject, async t => {
    const sockets = new Sockets()
    t.teardown(() => sockets.stop())
    const target = await Target.prepare(t)
    const attacks = await rows(target)
    counts.set(subject, attacks.length)
    t.equal(new Set(attacks.map(({ name }) => name)).size, attacks.length, 'each row has a name of its own')
    for (const attack of attacks) t.strictSame((await carryOut(attack, target)).faults, [], attack.name)
    t.match(await target.send(target.good()), /^HTTP\/1.1 200 /, 'a good request passes')
    const port = Number(new URL(target.url).port)
    await settled(() => sockets.acceptedAt(port).length === 0, 'the gateway let go of its clients')
    const metrics = await (await fetch(`${target.gateway.adminUrl}/metrics`)).text()
    const said = metrics + JSON.stringify(target.gateway.log)
    t.notOk(
      attacks.some(({ sent }) => credentialsIn(sent).some(credential => said.includes(credential))),
      'no credential is in the metrics or in the log'
    )
  })
}

t.test('docs/security.md counts what was attacked', async t => {
  const lines = tables.map(({ subject, about }) => `| ${subject} | ${counts.get(subject)} | ${about} |`)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const table = ['| subject | attacks | |', '|---|---|---|', ...lines, `| all | ${total} | |`].join('\n')
  const written = readFileSync(file, 'utf8')
  // GOLDEN=write after a change of the tables.
  if (process.env['GOLDEN'] === 'write')
    writeFileSync(file, written.replace(/\| subject \| attacks [^]*?\| all .*/, table))
  t.ok(total >= 120)
  t.ok(readFileSync(file, 'utf8').includes(table), table)
})
