import { runOnFinish } from '../chain/run.ts'
import type { LiveExchange } from '../exchange/exchange.ts'
import { recordOperations } from '../mcp/record-operations.ts'
import type { ParentLogger } from './services.ts'

/** Tells metrics, log and filters how an exchange ended. */
export const finishExchange = (x: LiveExchange, log: ParentLogger): void => {
  const { id: request, method, path, status, bytesIn, bytesOut, chain, overheadMs } = x
  const now = performance.now()
  const durationMs = now - x.startedAt
  const ended = x.ended ?? (x.res.writableFinished ? 'complete' : 'client-gone')
  chain.metrics.ended(method, status, durationMs, x.decisions)
  if (overheadMs > 0) chain.metrics.overhead(overheadMs)
  recordOperations(x, ended, now)
  if (log.isLevelEnabled?.('debug') !== false)
    log.debug({ request, route: x.route.name, method, path, status, ended, durationMs, bytesIn, bytesOut }, 'ended')
  runOnFinish({ status, bytesIn, bytesOut, durationMs, ended, calls: x.calls?.list() ?? [] }, x, error => {
    log.error({ request, route: x.route.name, entry: error.entry, err: error }, 'a filter failed')
  })
}
