import type { Chain } from '../../packages/core/src/chain/chain.ts'
import { Router } from '../../packages/core/src/gateway/router.ts'
import type { Case } from './case.ts'

const source = 'packages/core/src/gateway/router.ts'
const HOST = 'mcp.contoso.example'
const chain = {} as Chain

const routerOf = (count: number, kind: 'exact' | 'prefix'): Router => {
  const router = new Router()
  for (let i = 0; i < count; i++) router.add({ host: undefined, path: `/r${i}/mcp`, kind }, chain)
  return router
}

const [one, many, prefixes] = [routerOf(1, 'exact'), routerOf(10_000, 'exact'), routerOf(10_000, 'prefix')]

export const cases: readonly Case[] = [
  { name: 'find the only route', source, run: () => one.find('/r0/mcp', HOST) },
  { name: 'find one of 10,000', source, run: () => many.find('/r7123/mcp', HOST) },
  { name: 'find one of 10,000 prefixes', source, run: () => prefixes.find('/r7123/mcp/a/b', HOST) },
  { name: 'find nothing in 10,000', source, run: () => many.find('/r7123/sse', HOST) }
]
