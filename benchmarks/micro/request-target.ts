import { parseRequestTarget } from '../../packages/core/src/http/request-target.ts'
import type { Case } from './case.ts'

const source = 'packages/core/src/http/request-target.ts'

export const cases: readonly Case[] = [
  { name: 'parse /mcp', source, run: () => parseRequestTarget('/mcp') },
  {
    name: 'parse a long path with a query',
    source,
    run: () => parseRequestTarget('/teams/plant-4/mcp/v1?session=7&x=%C3%A4')
  }
]
