import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import definitions from 'otlp-proto/build/src/generated/root.js'
import type { Closing } from './closing.ts'
import { type ReceivedMetric, readMetrics } from './otlp-metrics.ts'
import { type ReceivedSpan, readSpans } from './otlp-spans.ts'

/** As protobufjs generates a message; its types say only that there is a root. */
interface MessageType {
  create(): object
  decode(bytes: Uint8Array): object
  encode(message: object): { finish(): Uint8Array }
  fromObject(plain: object): object
  toObject(message: object, options: object): object
}
type Service = Readonly<Record<string, MessageType>>

const { collector } = (
  definitions as unknown as {
    opentelemetry: { proto: { collector: Record<'trace' | 'metrics', { readonly v1: Service }> } }
  }
).opentelemetry.proto
const REQUESTS: Readonly<Record<string, { readonly message: MessageType; readonly answer: MessageType }>> = {
  '/v1/traces': {
    message: collector.trace.v1['ExportTraceServiceRequest']!,
    answer: collector.trace.v1['ExportTraceServiceResponse']!
  },
  '/v1/metrics': {
    message: collector.metrics.v1['ExportMetricsServiceRequest']!,
    answer: collector.metrics.v1['ExportMetricsServiceResponse']!
  }
}

/**
 * A collector as the OTLP/HTTP specification has it: binary protobuf or JSON on `/v1/traces` and `/v1/metrics`, read with
 * the messages that protobufjs generated of OpenTelemetry's own definitions. What they do not know, or what is no OTLP, is
 * 400 and stands in `faults`.
 */
export class OtlpReceiver {
  readonly url: string
  readonly spans: ReceivedSpan[] = []
  readonly metrics: ReceivedMetric[] = []
  /** Header fields of the requests, in their order. */
  readonly heads: IncomingMessage['headers'][] = []
  /** What came, as it was before it was read. */
  readonly bodies: Buffer[] = []
  readonly faults: string[] = []
  /** Answers with this status instead, where it is set. */
  failing: number | undefined

  /** Starts one, and closes it with the test. */
  static async start(t: Closing): Promise<OtlpReceiver> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    const receiver = new OtlpReceiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('request', (req, res) => void receiver.#take(req, res))
    return receiver
  }

  private constructor(url: string) {
    this.url = url
  }

  async #take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    this.heads.push(req.headers)
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    if (this.failing !== undefined) return void res.writeHead(this.failing).end()
    try {
      const type = req.headers['content-type'] ?? ''
      const whole = Buffer.concat(chunks)
      const body = req.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole
      this.bodies.push(body)
      const answer = this.#read(req, body)
      res.writeHead(200, { 'content-type': type }).end(type === JSON_TYPE ? '{}' : answer)
    } catch (error) {
      this.faults.push((error as Error).message)
      res.writeHead(400).end()
    }
  }

  #read({ method, url = '', headers }: IncomingMessage, body: Buffer): Uint8Array {
    const known = REQUESTS[url]
    if (method !== 'POST' || known === undefined) throw new Error(`${method} ${url} is none of OTLP`)
    const { message, answer } = known
    const request = headers['content-type'] === JSON_TYPE ? fromJson(message, body) : fromBinary(message, body)
    if (url === '/v1/traces') this.spans.push(...readSpans(message.toObject(request, PLAIN)))
    else this.metrics.push(...readMetrics(message.toObject(request, PLAIN)))
    return answer.encode(answer.create()).finish()
  }
}

const JSON_TYPE = 'application/json'
/** Numbers of 64 bits as text, ids as they are. */
const PLAIN = { longs: String, bytes: Buffer, arrays: true }

const fromBinary = (message: MessageType, body: Buffer) => {
  const read = message.decode(body)
  // A field that the definitions do not know is passed over by a decoder, and then is missing from what it encodes.
  if (message.encode(read).finish().length !== body.length) throw new Error('it has a field that is none of OTLP')
  return read
}

const fromJson = (message: MessageType, body: Buffer) => {
  // Ids are hexadecimal in OTLP's JSON, and base64 in protobuf's.
  const parsed: unknown = JSON.parse(body.toString(), (key, value: unknown) =>
    /^(?:trace|span|parentSpan)Id$/.test(key) ? Buffer.from(String(value), 'hex').toString('base64') : value
  )
  return message.fromObject(parsed as object)
}
