import { generateKeyPairSync } from 'node:crypto'
import { conformance, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })

t.test('audit keeps the contract of a filter plugin', t =>
  conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      { file: 'one.jsonl' },
      { file: 'two.jsonl', messages: false, durable: true, onFull: 'continue' },
      { file: 'three.jsonl', arguments: 'digest', names: true, checkpoint: { every: 2, key } },
      { file: 'four.jsonl', arguments: 'full', redact: ['/text'], rotate: { size: '4KiB', keep: 2 } }
    ],
    facts: { principal: fakePrincipal(), trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true } },
    directory: t.testdir({})
  })
)
