import { HeaderLines } from '../../packages/core/src/http/header-lines.ts'
import type { Case } from './case.ts'
import { RESPONSE } from './headers.ts'

const source = 'packages/core/src/http/header-lines.ts'
const lines = new HeaderLines([...RESPONSE])

export const cases: readonly Case[] = [
  { name: 'get a field that is there', source, run: () => lines.get('date') },
  { name: 'get one that is not', source, run: () => lines.get('etag') },
  { name: 'delete one that is not', source, run: () => lines.delete('access-control-allow-origin') },
  { name: 'set', source, run: () => lines.set('cache-control', 'no-store') },
  {
    name: 'copy, and append',
    source,
    run: () => {
      const copy = new HeaderLines([...RESPONSE])
      copy.append('vary', 'Origin')
      return copy
    }
  }
]
