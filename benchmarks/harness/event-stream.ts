import { Agent, type ClientRequest, request } from 'node:http'

/** Milliseconds of one stream. */
export interface StreamTimes {
  /** From the request to the first event. */
  readonly firstEvent: number
  /** From the moment at which the upstream wrote it to its arrival, for each event. */
  readonly delays: readonly number[]
}

const agent = new Agent({ keepAlive: true })

/** Opens a stream, and reads it to its end. */
export const readStream = (url: string, token: string): Promise<StreamTimes> =>
  new Promise((resolve, reject) => {
    const sentAt = process.hrtime.bigint()
    let firstEvent = 0
    const delays: number[] = []
    open(url, token, reject, agent).on('response', response => {
      if (response.statusCode !== 200) return reject(new Error(`${url} answers ${response.statusCode}`))
      response.on('data', (chunk: Buffer) => {
        const now = process.hrtime.bigint()
        if (delays.length === 0) firstEvent = milliseconds(now - sentAt)
        for (const [, written] of chunk.toString('latin1').matchAll(/data: (\d+)/g)) {
          delays.push(milliseconds(now - BigInt(written!)))
        }
      })
      response.on('end', () => resolve({ firstEvent, delays }))
      response.on('error', reject)
    })
  })

/** Opens a stream that stays open; gives how to leave it once its first event is there. */
export const holdStream = (url: string, token: string): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const held = open(url, token, reject, new Agent())
    held.on('response', response => {
      if (response.statusCode !== 200) return reject(new Error(`${url} answers ${response.statusCode}`))
      response.on('error', () => {})
      response.once('data', () => resolve(() => held.destroy()))
      response.resume()
    })
  })

const open = (url: string, token: string, reject: (error: Error) => void, agent: Agent): ClientRequest => {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
  const opened = request(url, { agent, headers })
  opened.on('error', reject)
  opened.end()
  return opened
}

const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6
