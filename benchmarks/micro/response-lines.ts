import { responseLines } from '../../packages/core/src/upstream/response-lines.ts'
import type { Case } from './case.ts'
import { RESPONSE } from './headers.ts'

// As undici has them: slices of one read.
const read = Buffer.from(RESPONSE.join('\r\n'))
let at = -2
const raw = RESPONSE.map(({ length }) => {
  const start = at + 2
  at = start + length
  return read.subarray(start, at)
})

export const cases: readonly Case[] = [
  {
    name: 'fields of an answer that may pass',
    source: 'packages/core/src/upstream/response-lines.ts',
    run: () => responseLines(raw, 200)
  }
]
