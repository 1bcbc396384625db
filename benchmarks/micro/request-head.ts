import type { LiveExchange } from '../../packages/core/src/exchange/exchange.ts'
import { publicOriginOf } from '../../packages/core/src/upstream/public-origin.ts'
import { ForwardedHead } from '../../packages/core/src/upstream/request-head.ts'
import type { Upstream } from '../../packages/core/src/upstream/upstream.ts'
import type { Case } from './case.ts'
import { REQUEST } from './headers.ts'

const x = {
  rawHeaders: REQUEST,
  method: 'POST',
  path: '/mcp',
  query: '',
  id: '3b241101-e2bb-4255-8caf-4136c566a962',
  peer: '10.0.0.1',
  fromTrustedProxy: false,
  req: { httpVersion: '1.1' }
} as never as LiveExchange
const upstream = { cookies: false, target: () => '/mcp' } as never as Upstream
const publicOrigin = publicOriginOf('https://mcp.contoso.example/mcp')

export const cases: readonly Case[] = [
  {
    name: 'the head that goes to the upstream',
    source: 'packages/core/src/upstream/request-head.ts',
    run: () => new ForwardedHead(x, upstream, publicOrigin)
  }
]
