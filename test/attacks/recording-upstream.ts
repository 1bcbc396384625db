import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Closing } from '../support/closing.ts'

/** An MCP server behind the gateway that notes all that reaches it. */
export interface RecordingUpstream {
  readonly url: string
  /** Request line and fields of each request, and its body after an empty line if it has one. */
  readonly seen: (readonly string[])[]
}

/** What the upstream answers; rows that expect more than a refusal look for it. */
export const SERVED = 'served by the upstream'

/** It lets every page do everything, also what browsers may ask for one day. */
const CROSS_ORIGIN = [
  'Access-Control-Allow-Origin',
  'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Some-Day',
  'Private-Network-Access-Name',
  'Timing-Allow-Origin'
]

/** What says no more than that the body is as long as it is. A wrong length would have become another request, or none. */
const isOfFraming = (line: string, { length }: string): boolean =>
  length > 0 && [`content-length: ${length}`, 'transfer-encoding: chunked'].includes(line)

export const recordingUpstream = async (t: Closing): Promise<RecordingUpstream> => {
  const seen: string[][] = []
  const server = createServer((req, res) => {
    const { rawHeaders } = req
    const fields = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []))
    const record = [`${req.method} ${req.url}`, ...fields]
    seen.push(record)
    let body = ''
    req.setEncoding('latin1')
    req.on('data', (text: string) => (body += text))
    req.on('end', () => {
      record.splice(0, Infinity, ...record.filter(line => !isOfFraming(line, body)))
      if (body !== '') record.push('', body)
      for (const field of CROSS_ORIGIN) res.setHeader(field, '*')
      res.end(SERVED)
    })
  })
  server.on('clientError', (error, socket) => {
    seen.push([`no request: ${error.message}`])
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}
