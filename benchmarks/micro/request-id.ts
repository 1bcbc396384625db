import { randomUUID } from 'node:crypto'
import { requestId } from '../../packages/core/src/exchange/request-id.ts'
import type { Case } from './case.ts'

const source = 'packages/core/src/exchange/request-id.ts'
const written = Buffer.alloc(64)

export const cases: readonly Case[] = [
  { name: 'make a request id, and write it', source, run: () => written.write(requestId(), 'latin1') },
  { name: 'the same of crypto.randomUUID, to compare', source, run: () => written.write(randomUUID(), 'latin1') }
]
