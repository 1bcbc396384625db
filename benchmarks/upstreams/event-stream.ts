// An MCP server whose answers are event streams. Every event carries the time at which it was written, from the clock that
// all processes of a machine share. /stream?events=N&every=MS; `hold` keeps the stream open after its last event.
import { createServer } from 'node:http'

createServer((req, res) => {
  req.resume()
  const { pathname, searchParams } = new URL(req.url!, 'http://upstream')
  if (pathname === '/') {
    res.end('ready')
    return
  }
  const every = Number(searchParams.get('every'))
  let left = Number(searchParams.get('events'))
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const next = (): void => {
    res.write(`event: message\ndata: ${process.hrtime.bigint()}\n\n`)
    if (--left > 0) setTimeout(next, every)
    else if (!searchParams.has('hold')) res.end()
  }
  next()
}).listen(Number(process.env['PORT']), '127.0.0.1', 8192)
