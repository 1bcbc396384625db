import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isLoopback } from '@sluice/plugin-api'
import { createServer } from '../http/node-http.ts'
import type { MetricRegistry } from '../metrics/metric-registry.ts'
import type { ReadinessView } from './readiness.ts'

/** What `/metrics` answers. */
export type MetricsPage = Pick<MetricRegistry, 'page'>

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** The admin listener: `/livez`, `/readyz`, `/metrics`. Never the public one: it asks nobody who they are. */
export const createAdminServer = (metrics: MetricsPage, readiness: ReadinessView): Server =>
  createServer((req, res) => {
    answer(req, metrics, readiness).then(
      found => write(req, res, found),
      error => write(req, res, text(500, `${(error as Error).message}\n`))
    )
  })

const answer = async (req: IncomingMessage, metrics: MetricsPage, readiness: ReadinessView): Promise<Answer> => {
  if (isRebound(req)) return text(403, 'On a loopback address this answers to loopback names only.\n')
  const [path, query = ''] = req.url!.split('?')
  if (req.method !== 'GET' && req.method !== 'HEAD') return text(405, 'Only GET and HEAD.\n')
  if (path === '/livez') return text(200, 'ok\n')
  if (path === '/readyz') return ready(readiness, new URLSearchParams(query).has('verbose'))
  if (path === '/metrics') return { status: 200, ...(await metrics.page()) }
  return text(404, 'There are /livez, /readyz (?verbose) and /metrics.\n')
}

/** A foreign page whose name was made to resolve to this machine could read along (DNS rebinding). */
const isRebound = ({ socket, headers: { host = '' } }: IncomingMessage): boolean => {
  const local = socket.localAddress ?? ''
  return isLoopback(local.includes(':') ? `[${local}]` : local) && !isLoopback(host.toLowerCase().replace(/:\d*$/, ''))
}

const ready = (readiness: ReadinessView, verbose: boolean): Answer => {
  const status = readiness.ready ? 200 : 503
  if (!verbose) return text(status, status === 200 ? 'ok\n' : 'not ready; /readyz?verbose says what is missing\n')
  const lines = readiness.lines().map(({ name, ready, everReady, reason }) => {
    if (ready) return `[+] ${name} ok`
    return everReady ? `[!] ${name} was ready, is not now: ${reason}` : `[-] ${name}: ${reason}`
  })
  return text(status, `${lines.join('\n')}\n${status === 200 ? 'ready' : 'not ready'}\n`)
}

const text = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body })

const write = (req: IncomingMessage, res: ServerResponse, { status, type, body }: Answer): void => {
  const headers: Record<string, string | number> = { 'content-type': type, 'content-length': Buffer.byteLength(body) }
  if (status === 405) headers['allow'] = 'GET, HEAD'
  res.writeHead(status, { ...headers, 'cache-control': 'no-store' })
  res.end(req.method === 'HEAD' ? undefined : body)
}
