import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'
import { gateway } from '../../support/gateway.ts'
import { upstream } from '../../support/upstream.ts'
import { judge, type Seen } from './judge.ts'
import type { SentRequest } from './request-of-row.ts'

/** Bytes in pieces, each of which its reader gets alone: a chunk of the chunked coding (RFC 9112 section 7.1). */
export type Pieces = readonly Buffer[]

/** What an upstream answers. */
export interface UpstreamAnswer {
  readonly status: number
  readonly type: string
  readonly pieces: Pieces
}

/** What was to be seen of one exchange. */
export interface Exchanged {
  readonly seen: Seen
  readonly received: { readonly body: string; readonly fields: IncomingHttpHeaders } | undefined
  readonly status: number
  readonly fields: IncomingHttpHeaders
  readonly body: string
}

/** A gateway with the judge in its chain, between a client and an upstream that do as they are told. */
export interface Scene {
  exchange(request: SentRequest, pieces: Pieces | undefined, answer: UpstreamAnswer): Promise<Exchanged>
}

/** Starts a scene; `waits` is whether the hooks give promises. */
export const scene = async (t: Test, waits: boolean): Promise<Scene> => {
  const seen: Seen = { lines: [], values: [], versions: [] }
  let received: Exchanged['received']
  let answer: UpstreamAnswer
  const { url } = await upstream(t, (req, res) => {
    void text(req).then(body => {
      received = { body, fields: req.headers }
      res.writeHead(answer.status, { ...(answer.pieces.length > 0 && { 'content-type': answer.type }), etag: '"x"' })
      for (const piece of answer.pieces) res.write(piece)
      res.end()
    })
  })
  const limits = { headerBytes: 32 * 1024, mcpBodyBytes: 4096, mcpResultBytes: 4096 }
  const g = await gateway(t, [{ upstream: url, filters: [judge(seen, waits)] }], { limits })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  return {
    exchange: async (request, pieces, next) => {
      answer = next
      received = undefined
      const response = await send(`${g.url}/mcp`, agent, request, pieces)
      const { lines, values, versions } = seen
      return {
        seen: { lines: lines.splice(0), values: values.splice(0), versions: versions.splice(0) },
        received,
        ...response
      }
    }
  }
}

/** A broken connection has the status 0. */
const send = (
  url: string,
  agent: Agent,
  { verb, fields, body }: SentRequest,
  pieces: Pieces | undefined
): Promise<Pick<Exchanged, 'status' | 'fields' | 'body'>> =>
  new Promise(resolve => {
    const broken = ({ message }: Error): void => resolve({ status: 0, fields: {}, body: message })
    const framing =
      pieces !== undefined
        ? ['transfer-encoding', 'chunked']
        : verb === 'POST'
          ? ['content-length', String(body.length)]
          : []
    const headers = ['host', 'x', ...fields.filter(([, value]) => value !== '').flat(), ...framing]
    const req = httpRequest(url, { method: verb, agent, headers })
    req.on('error', broken).on('response', res => {
      text(res).then(read => resolve({ status: res.statusCode!, fields: res.headers, body: read }), broken)
    })
    for (const piece of pieces ?? []) req.write(piece)
    req.end(pieces === undefined ? body : undefined)
  })
