import { registerHooks } from 'node:module'
import { trace } from '@opentelemetry/api'
import { checkGateway } from '@sluice/core'
import type { Filter } from '@sluice/plugin-api'
import t from 'tap'
import readsEverything from './support/reads-everything.ts'
import { scrape } from './support/scrape.ts'
import { settled } from './support/settled.ts'
import { tracedGateway } from './support/traced-gateway.ts'

const loaded = new Set<string>()
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@opentelemetry/sdk')) loaded.add(specifier)
    return next(specifier, context)
  }
})

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SAMPLED = `00-${TRACE}-00f067aa0ba902b7-01`
const call = (name = 'echo', args: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args }
})
const reader = readsEverything.create({}, {} as never) as Filter
const LISTED = { tools: [{ name: 'echo' }] }

for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }]) {
  t.test(`nothing is loaded, read or written with ${JSON.stringify(off)}`, async t => {
    const { post, spans, arrived, collector } = await tracedGateway(t, { otel: { messages: true }, env: { ...off } })
    const headers = { traceparent: SAMPLED, tracestate: 'a=b', baggage: 'c=d' }
    t.equal((await post('"no message"', headers)).status, 200)
    t.match(arrived[0]!.headers, headers)
    await spans()
    t.strictSame(collector.bodies, [])
    t.strictSame([...loaded], [], 'nothing of the SDK')
  })
}

t.test('metrics arrive as OpenTelemetry calls them, with what /metrics says', async t => {
  const { gateway, post, spans, collector } = await tracedGateway(t, {
    env: { OTEL_TRACES_EXPORTER: 'none' },
    filters: [reader],
    answer: ({ id, method }) => ({ jsonrpc: '2.0', id, result: method === 'tools/list' ? LISTED : { isError: true } })
  })
  await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  await post(call())
  await post(call())
  const page = await scrape(gateway.adminUrl)
  await spans()
  const durations = collector.metrics.filter(({ name }) => name === 'mcp.server.operation.duration')
  t.equal(durations.length, 2)
  const echo = durations.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'echo')!
  t.match(echo, { type: 'histogram', unit: 's', value: 2 })
  t.strictSame(echo.attributes, {
    'sluice.route': 'tools',
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': 'echo',
    'error.type': 'tool_error'
  })
  t.strictSame(echo.bounds, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300])
  const counted = collector.metrics.find(
    ({ name, attributes }) => name === 'sluice_requests_total' && attributes['route'] === 'tools'
  )!
  t.equal(counted.value, page.get('sluice_requests_total{route="tools",method="POST",status="200"}'))
  t.equal(counted.type, 'sum')
  t.strictSame(collector.spans, [])
})

t.test('metrics arrive once in a while', async t => {
  const { post, collector } = await tracedGateway(t, { env: { OTEL_METRIC_EXPORT_INTERVAL: '20' } })
  await post(call())
  await settled(() => collector.metrics.length > 0, 'metrics have come')
})

t.test('OTEL_METRICS_EXPORTER=none: spans alone', async t => {
  const { post, spans, collector } = await tracedGateway(t, { env: { OTEL_METRICS_EXPORTER: 'none' } })
  await post(call())
  t.equal((await spans()).length, 2)
  t.strictSame(collector.metrics, [])
})

t.test('JSON, gzip and header fields of the collector’s are as the variables say', async t => {
  const { post, spans, collector } = await tracedGateway(t, {
    env: {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=of-the-collector',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test'
    }
  })
  await post(call(), { traceparent: SAMPLED })
  const [span] = await spans()
  t.match(span, { traceId: TRACE, resource: { 'service.name': 'sluice', 'deployment.environment.name': 'test' } })
  for (const head of collector.heads)
    t.match(head, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-api-key': 'of-the-collector' })
})

t.test('limits of attributes are as the variables say', async t => {
  const { post, spans } = await tracedGateway(t, { env: { OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' } })
  await post(call())
  t.equal((await spans())[0]!.attributes['http.request.method'], 'POS')
})

for (const [sampler, arg, spans] of [
  ['always_on', '', 2],
  ['always_off', '', 0],
  ['parentbased_always_off', '', 0],
  ['traceidratio', '0', 0],
  ['parentbased_traceidratio', '1', 2],
  ['parentbased_jaeger_remote', '', 2],
  ['traceidratio', 'many', 2]
] as const) {
  t.test(`OTEL_TRACES_SAMPLER=${sampler} ${arg} records ${spans} spans of a new trace`, async t => {
    const env = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: arg }
    const traced = await tracedGateway(t, { env })
    await traced.post(call())
    t.equal((await traced.spans()).length, spans)
    t.equal(
      traced.gateway.log.some(({ message }) => /^OTEL_\w+ is ignored/.test(message)),
      sampler.endsWith('remote') || arg === 'many',
      'what is not known is named'
    )
  })
}

t.test('always_off asks the upstream to record nothing, whatever the caller wants', async t => {
  const { post, spans, arrived } = await tracedGateway(t, { env: { OTEL_TRACES_SAMPLER: 'always_off' } })
  await post(call(), { traceparent: SAMPLED })
  t.match(arrived[0]!.headers['traceparent'], new RegExp(`^00-${TRACE}-(?!00f067aa0ba902b7)[\\da-f]{16}-00$`))
  t.strictSame(await spans(), [])
})

t.test('a collector that fails is told of once, its spans are counted, and no request suffers', async t => {
  const { gateway, post, collector } = await tracedGateway(t, {
    env: { OTEL_BSP_SCHEDULE_DELAY: '1', OTEL_METRICS_EXPORTER: 'none' }
  })
  const failures = 'sluice_otel_export_failures_total{signal="traces"}'
  const said = (what: string) => gateway.log.filter(({ message }) => message.includes(what))
  collector.failing = 400
  for (const count of [1, 2]) {
    t.equal((await post(call())).status, 200)
    while (((await scrape(gateway.adminUrl)).get(failures) ?? 0) < count);
  }
  t.match(said('does not take telemetry'), [{ level: 'warn', fields: { signal: 'traces', reason: 400 } }])
  t.equal(said('does not take telemetry').length, 1)
  collector.failing = undefined
  t.equal((await post(call())).status, 200)
  await settled(() => said('is back').length === 1, 'the collector is back')
  const page = await scrape(gateway.adminUrl)
  t.equal(page.get('sluice_otel_spans_total{outcome="failed"}'), 4)
  t.equal(page.get('sluice_otel_spans_total{outcome="exported"}'), 2)
})

t.test('what finds no room in the queue is counted', async t => {
  const { gateway, post } = await tracedGateway(t, {
    otel: { messages: true },
    env: { OTEL_BSP_MAX_QUEUE_SIZE: '3', OTEL_METRICS_EXPORTER: 'none' }
  })
  // Eight spans at once: three are under way, three wait.
  await (await post([1, 2, 3].map(id => ({ ...call(), id })))).text()
  await settled(() => gateway.log.some(({ message }) => message === 'ended'), 'the exchange has ended')
  t.equal((await scrape(gateway.adminUrl)).get('sluice_otel_spans_total{outcome="dropped"}'), 2)
})

t.test('nobody listens: requests are served, and closing takes no longer than it may', async t => {
  const { gateway, post } = await tracedGateway(t, {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_TIMEOUT: '100' }
  })
  t.equal((await post(call())).status, 200)
  await gateway.close()
  t.match(
    gateway.log
      .filter(({ message }) => message.includes('does not take telemetry'))
      .map(({ fields }) => fields['reason']),
    ['ECONNREFUSED', 'ECONNREFUSED']
  )
})

t.test('no token, argument, claim or answer is in what a collector gets, nor who calls', async t => {
  const { gateway, post, spans, collector } = await tracedGateway(t, {
    otel: { messages: true },
    answer: ({ id }) => ({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'the-answer' }] } })
  })
  const headers = {
    authorization: 'Bearer the-token',
    cookie: 'a=the-cookie',
    'mcp-session-id': 'the-session',
    'user-agent': 'the-agent'
  }
  await post(call('echo', { text: 'the-argument' }), headers)
  const read = {
    jsonrpc: '2.0',
    id: 2,
    method: 'resources/read',
    params: { uri: 'db://ada:the-password@host/table?key=the-key#the-place' }
  }
  await post(read, headers)
  await fetch(`${gateway.url}/mcp?access_token=the-query`)
  const uri = (await spans()).find(({ name }) => name === 'resources/read')!.attributes['mcp.resource.uri']
  t.equal(uri, 'db://host/table')
  const all = Buffer.concat(collector.bodies).toString('latin1')
  t.notMatch(all, /the-(?:token|cookie|session|agent|argument|answer|password|key|place|query)/)
  t.notMatch(all, /127\.0\.0\.1/)
})

t.test('attributes of an entry’s own are on the spans that the gateway serves', async t => {
  const principal = (tenantId: string) => ({ tenantId, objectId: 'o', clientId: 'c', kind: 'user' })
  const { post, spans } = await tracedGateway(t, {
    otel: {
      attributes: { 'deployment.ring': 2, 'enduser.tenant': { from: 'tenant' }, 'client.address': { from: 'address' } }
    },
    filters: [
      ctx => ({
        onRequest(x) {
          ctx.fact('principal').set(x, principal('contoso'))
          return undefined
        }
      })
    ]
  })
  await post(call())
  const [server, client] = await spans()
  const own = { 'deployment.ring': 2, 'enduser.tenant': 'contoso', 'client.address': '127.0.0.1' }
  t.match(server!.attributes, own)
  for (const name of Object.keys(own)) t.notOk(name in client!.attributes)
})

t.test('a program’s own OpenTelemetry is not touched', async t => {
  const { post, spans } = await tracedGateway(t)
  await post(call())
  t.equal(trace.getTracer('of the program').startSpan('x').isRecording(), false, 'nothing was registered')
  t.ok((await spans()).length > 0)
})

t.test('one exporter serves all routes, and lives through a reload', async t => {
  const { gateway, post, spans, collector } = await tracedGateway(t)
  await post(call())
  await gateway.reload()
  await settled(() => collector.spans.length === 2, 'what the old configuration recorded has arrived')
  await post(call())
  t.equal((await spans()).length, 4)
  const instances = new Set(collector.spans.map(({ resource }) => resource['service.instance.id']))
  t.equal(instances.size, 1)
})

t.test('checking a configuration sends nothing', async t => {
  const { collector } = await tracedGateway(t)
  const config = {
    publicUrl: 'https://mcp.contoso.example',
    filters: [{ otel: {} }],
    routes: [{ name: 'r', path: '/mcp', upstream: 'http://127.0.0.1:1' }]
  }
  await checkGateway(config, { pluginBases: [import.meta.url] })
  t.strictSame(collector.heads, [])
})
