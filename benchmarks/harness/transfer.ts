import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const CHUNK = Buffer.alloc(64 * 1024, 'x')
const agent = new Agent({ keepAlive: true })

/** Downloads a body, at `pace` bytes a millisecond at most. @throws Error if another number of bytes arrives */
export const download = async (url: string, token: string, bytes: number, pace = Infinity): Promise<void> => {
  const response = await answer(`${url}/mcp?bytes=${bytes}`, 'GET', token)
  let received = 0
  const startedAt = performance.now()
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received += chunk.length
    const ahead = received / pace - (performance.now() - startedAt)
    if (ahead > 1) await sleep(ahead)
  }
  if (received !== bytes) throw new Error(`${received} of ${bytes} bytes arrived`)
}

/** Uploads a body, which the upstream reads at `pace`. @throws Error if it counted another number of bytes */
export const upload = async (url: string, token: string, bytes: number, pace?: number): Promise<void> => {
  const query = pace === undefined ? '' : `?pace=${pace}`
  const response = await answer(`${url}/mcp${query}`, 'POST', token, bytes)
  let counted = ''
  for await (const chunk of response as AsyncIterable<Buffer>) counted += chunk.toString()
  if (counted !== String(bytes)) throw new Error(`the upstream counted ${counted} of ${bytes} bytes`)
}

const answer = (url: string, method: string, token: string, bytes = 0): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, ...(method === 'POST' && { 'content-length': bytes }) }
    const sent = request(url, { agent, method, headers })
    sent.on('error', reject)
    sent.on('response', response => {
      if (response.statusCode === 200) resolve(response)
      else reject(new Error(`${method} ${url} answers ${response.statusCode}`))
    })
    let left = bytes
    const more = (): void => {
      while (left > 0) {
        const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK
        left -= chunk.length
        if (!sent.write(chunk)) return void sent.once('drain', more)
      }
      sent.end()
    }
    more()
  })
