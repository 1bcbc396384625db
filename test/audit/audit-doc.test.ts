import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t from 'tap'
import { BEGINNING } from '../../plugins/audit/src/hash-chain.ts'
import { draftLine, RecordBatch, type Sign } from '../../plugins/audit/src/record-batch.ts'
import { signerOf } from '../../plugins/audit/src/signer.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const text = readFileSync(resolve(import.meta.dirname, '../../docs/audit.md'), 'utf8')
const block = (kind: string): string => new RegExp(`(?<=\`\`\`${kind}\\n)[^]*?(?=\`\`\`)`).exec(text)?.[0] ?? ''

/** The private key of RFC 8032 section 7.1, test 1, as PKCS #8. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const pkcs8 = Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex').toString('base64')
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`

t.test('the example of docs/audit.md is what the gateway would have written', async t => {
  const batch = new RecordBatch(4096)
  const signer = signerOf(PRIVATE_KEY)
  let seq = BEGINNING.seq
  const add = (time: string, fields: string, sign?: Sign): void => {
    t.intercept(Date, 'now', { value: () => Date.parse(time) })
    batch.add(draftLine(++seq, fields, sign !== undefined), sign)
  }
  add('2026-11-24T10:00:00.000Z', '"type":"decision","tool":"echo","decision":"allow"')
  add('2026-11-24T10:00:00.012Z', '"type":"outcome","tool":"echo","decision":"allow","status":200')
  add('2026-11-24T10:01:00.000Z', `"type":"checkpoint","event":"interval","key":"${signer.keyId}"`, signer.sign)
  batch.chain(BEGINNING.hash)
  t.equal(block('jsonl'), Buffer.from(batch.bytes()).toString())
})

t.test('and verifies, with the command and by hand', async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'audit.jsonl')
  writeFileSync(file, block('jsonl'))
  t.match(await verifyFiles([file], { keys: [block('pem')] }), {
    ok: true,
    chains: [{ records: 3, unsigned: 0, signed: { seq: 3 } }]
  })
  const hash = execFileSync('sh', ['-c', block('sh')], { cwd: folder, encoding: 'utf8' })
  t.equal(hash.slice(0, 64), (JSON.parse(block('jsonl').split('\n')[1]!) as { hash: string }).hash)
})
