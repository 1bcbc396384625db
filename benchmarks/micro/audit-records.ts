import { fakeContext, fakeExchange, fakeFinish, fakeMcpRequest, fakePrincipal } from '@sluice/test-kit'
import { ExchangeRecords } from '../../plugins/audit/src/exchange-records.ts'
import { BEGINNING } from '../../plugins/audit/src/hash-chain.ts'
import type { Ledger } from '../../plugins/audit/src/ledger.ts'
import { draftLine, RecordBatch } from '../../plugins/audit/src/record-batch.ts'
import { StrangerSums } from '../../plugins/audit/src/stranger-sums.ts'
import type { Case } from './case.ts'

const source = 'plugins/audit/src/exchange-records.ts'

const SIZE = 65_536
const batch = new RecordBatch(2 * SIZE)
let { seq, hash } = BEGINNING
const record = (fields: string): void => {
  batch.add(draftLine(++seq, fields, false), undefined)
  if (batch.length < SIZE) return
  hash = batch.chain(hash)
  batch.clear()
}

/** Records are gathered and chained as in a trail, and thrown away where they would be written. */
const ledger: Ledger = {
  accepting: true,
  strangers: new StrangerSums({ record: () => true }),
  record: (_type, fields) => {
    record(fields)
    return true
  },
  synced: () => Promise.resolve()
}

const cell = <T>(value: T | undefined) => ({ get: () => value, set: (_x: unknown, next: T) => void (value = next) })
const context = { ...fakeContext(), fact: <T>() => cell<T>(undefined), perExchange: <T>() => cell<T>(undefined) }
const principal = fakePrincipal({ claims: { uti: 'x8Xv3bQkq0a2Yx4m5nQPAA' } })
const withPrincipal = {
  ...context,
  fact: <T>(name: string) => cell(name === 'principal' ? (principal as T) : undefined)
}
const records = new ExchangeRecords(ledger, () => '', false, withPrincipal)
const x = fakeExchange({ id: '0b1f7a2e-1111-4222-8333-abcdefabcdef' })
const message = fakeMcpRequest()
const call = { id: 1, method: 'tools/call', target: 'echo', outcome: 'ok' } as const
const end = fakeFinish({ bytesIn: 120, bytesOut: 98, durationMs: 1.234, calls: [call] })

export const cases: readonly Case[] = [
  {
    name: 'record a call: its decision and its outcome',
    source,
    run: () => {
      records.take(message, x)
      records.decided(x, undefined)
      records.ended(x, end)
    }
  },
  {
    name: 'chain a record of 400 characters',
    source: 'plugins/audit/src/record-batch.ts',
    run: (
      fields => () =>
        record(fields)
    )('x'.repeat(400))
  }
]
