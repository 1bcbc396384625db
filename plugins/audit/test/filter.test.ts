import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fakeContext, fakeExchange, fakePrincipal, fakeResponseHead } from '@sluice/test-kit'
import t from 'tap'
import { createAudit } from '../src/filter.ts'
import { defaults } from './support.ts'

t.test("an answer of the gateway's own to somebody known is taken back where it cannot be recorded", async t => {
  const root = t.testdir({})
  const folder = join(root, 'audit')
  mkdirSync(folder)
  const ctx = fakeContext()
  const filter = createAudit({ ...defaults, file: join(folder, 'audit.jsonl'), durable: true }, ctx)
  await filter.onStart!()
  const exchange = () => {
    const x = fakeExchange()
    ctx.fact('principal').set(x, fakePrincipal())
    return x
  }
  await filter.onResponse!(fakeResponseHead({ status: 200, source: 'gateway' }), exchange())
  renameSync(folder, join(root, 'gone'))
  const thrown = await Promise.resolve(
    filter.onResponse!(fakeResponseHead({ status: 200, source: 'gateway' }), exchange())
  ).catch((error: unknown) => error)
  t.match(thrown, { reply: { status: 503, code: 'SLUICE_AUDIT_UNAVAILABLE' } })
  await filter.onResponse!(fakeResponseHead({ status: 403, source: 'gateway' }), exchange())
  t.pass('but not a refusal')
  mkdirSync(folder)
  ctx.close()
})
