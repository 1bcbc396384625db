import { Socket } from 'node:net'
import t from 'tap'
import type { FromWorker } from '../../src/workers/messages.ts'
import { threadLog } from '../../src/workers/thread-log.ts'

const circle: Record<string, unknown> = { call: () => {} }
circle['itself'] = circle

for (const [name, value, written] of [
  ['a socket', new Socket(), {}],
  ['a circle', circle, '[object that cannot be written]'],
  ['a big number beside a function', { big: 1n, call: () => {} }, '[object that cannot be written]'],
  ['a function', () => {}, null],
  ['a big number', 1n, 1n]
] as const)
  t.test(`a line with ${name} is written`, async t => {
    const told: FromWorker[] = []
    const log = threadLog(message => told.push(message), ['warn'])
    log.warn({ value, other: 1 }, 'a line')
    t.doesNotThrow(() => structuredClone(told))
    t.match(told, [{ kind: 'log', level: 'warn', message: 'a line', fields: { value: written, other: 1 } }])
  })
