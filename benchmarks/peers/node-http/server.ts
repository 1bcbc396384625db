import { createServer } from 'node:http'

const body = process.env['ANSWER']!

createServer((req, res) => {
  req.resume()
  req.on('end', () => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    res.end(body)
  })
}).listen(Number(process.env['PORT']), '127.0.0.1')
