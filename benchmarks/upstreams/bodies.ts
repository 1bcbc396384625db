// An MCP server of large bodies. GET /mcp?bytes=N answers with that many; POST reads its body, at ?pace=BYTES per
// millisecond if that is given, and answers with how many bytes there were.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const CHUNK = Buffer.alloc(64 * 1024, 'x')

createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url!, 'http://upstream')
  if (pathname === '/') res.end('ready')
  else if (req.method === 'POST') void count(req, res, Number(searchParams.get('pace') ?? Infinity))
  else send(res, Number(searchParams.get('bytes')))
}).listen(Number(process.env['PORT']), '127.0.0.1')

const send = (res: ServerResponse, bytes: number): void => {
  res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes })
  let left = bytes
  const more = (): void => {
    while (left > 0) {
      const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK
      left -= chunk.length
      if (!res.write(chunk)) return void res.once('drain', more)
    }
    res.end()
  }
  more()
}

const count = async (req: IncomingMessage, res: ServerResponse, pace: number): Promise<void> => {
  let bytes = 0
  const startedAt = performance.now()
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length
    const ahead = bytes / pace - (performance.now() - startedAt)
    if (ahead > 1) await sleep(ahead)
  }
  res.end(String(bytes))
}
