import type { Filter } from '@sluice/plugin-api'
import { compileChain } from '../../packages/core/src/chain/chain.ts'
import { runOnRequest } from '../../packages/core/src/chain/run.ts'
import type { LiveExchange } from '../../packages/core/src/exchange/exchange.ts'
import type { Case } from './case.ts'

const source = 'packages/core/src/chain/run.ts'
const route = { name: 'everything', path: '/mcp', publicUrl: 'https://mcp.contoso.example/mcp' }

const exchangeThrough = (filters: readonly Filter[]): LiveExchange => {
  const links = filters.map((filter, i) => ({ entry: `everything/f${i}`, filter }))
  return { chain: compileChain(links, { route, metrics: undefined as never }) } as LiveExchange
}

const pass: Filter = { onRequest: () => undefined }
const none = exchangeThrough([{}, {}, {}, {}])
const four = exchangeThrough([pass, { ...pass }, { ...pass }, { ...pass }])

export const cases: readonly Case[] = [
  { name: 'onRequest of four filters without it', source, run: () => runOnRequest(none) },
  { name: 'onRequest of four filters that let pass', source, run: () => runOnRequest(four) }
]
