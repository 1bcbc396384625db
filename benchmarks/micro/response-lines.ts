import { responseLines } from '../../packages/core/src/upstream/response-lines.ts'
import type { Case } from './case.ts'
import { RESPONSE } from './headers.ts'

export const cases: readonly Case[] = [
  {
    name: 'fields of an answer that may pass',
    source: 'packages/core/src/upstream/response-lines.ts',
    run: () => responseLines(RESPONSE, 200)
  }
]
