import { parseJson, textOf } from '../../packages/core/src/mcp/json.ts'
import { readMessages } from '../../packages/core/src/mcp/messages.ts'
import { headerMismatch, mirroredHeaders } from '../../packages/core/src/mcp/mirrored-headers.ts'
import { CALL } from '../harness/answer.ts'
import type { Case } from './case.ts'
import { REQUEST } from './headers.ts'

const bytes = Buffer.from(CALL)
const text = textOf(bytes)
const value = parseJson(text, bytes)

export const cases: readonly Case[] = [
  {
    name: 'JSON.parse of a call, to compare',
    source: 'packages/core/src/mcp/json.ts',
    run: () => JSON.parse(text) as unknown
  },
  {
    name: 'parse a call, no member of which stands twice',
    source: 'packages/core/src/mcp/json.ts',
    run: () => parseJson(text, bytes)
  },
  {
    name: 'read the messages of a parsed body',
    source: 'packages/core/src/mcp/messages.ts',
    run: () => readMessages(value, '2025-11-25')
  },
  {
    name: 'read a call, from its bytes to what its fields repeat',
    source: 'packages/core/src/mcp/request-messages.ts',
    run: () => {
      const headers = mirroredHeaders(REQUEST)
      return headerMismatch(headers, readMessages(parseJson(textOf(bytes), bytes), headers.version))
    }
  }
]
