import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { conformance, fakePrincipal } from '@sluice/test-kit'
import t from 'tap'
import plugin from '../src/index.ts'

/** Takes everything, in a thread of its own: this one waits for the process in which the kit looks for what is left open. */
const COLLECTOR = `
  const { parentPort } = require('node:worker_threads')
  const server = require('node:http').createServer((req, res) => req.resume().on('end', () => res.end()))
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

t.test('otel keeps the contract of a filter plugin', async t => {
  const collector = new Worker(COLLECTOR, { eval: true })
  t.teardown(() => collector.terminate())
  const [port] = (await once(collector, 'message')) as [number]
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`
  await conformance(plugin, {
    module: new URL('../src/index.ts', import.meta.url),
    configs: [
      {},
      { sample: 0, messages: true },
      { parents: 'none', pass: ['tracestate', 'baggage'] },
      { messages: true, attributes: { 'enduser.id': { from: 'object' }, 'deployment.ring': 1 } }
    ],
    facts: { principal: fakePrincipal() },
    requests: [
      { rawHeaders: ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'tracestate', 'a=b'] },
      { rawHeaders: ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', 'baggage', 'a=b'] }
    ]
  })
})
