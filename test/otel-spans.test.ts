import t from 'tap'
import type { Filter, PluginContext, TraceContext } from '@sluice/plugin-api'
import type { ReceivedSpan } from './support/otlp-spans.ts'
import readsEverything from './support/reads-everything.ts'
import { tracedGateway } from './support/traced-gateway.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const OTHER_TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = '00f067aa0ba902b7'
const OTHER_SPAN = 'b7ad6b7169203331'
const SAMPLED = `00-${TRACE}-${SPAN}-01`
const UNSAMPLED = `00-${TRACE}-${SPAN}-00`

const call = (params: object = {}, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', ...params }
})
const within = (traceparent: string, more: object = {}) => call({ _meta: { traceparent, ...more } })
const traceparent = ({ traceId, spanId }: ReceivedSpan): string => `00-${traceId}-${spanId}-01`
const metaOf = (body: string): unknown => (JSON.parse(body) as { params: { _meta?: unknown } }).params._meta
/** Reads messages and results, as audit does. */
const reader = readsEverything.create({}, {} as never) as Filter

t.test('a call within a trace of HTTP has three spans, each within the one before', async t => {
  const { post, spans, arrived } = await tracedGateway(t, {
    otel: { messages: true },
    env: { OTEL_SERVICE_NAME: 'edge' }
  })
  const id = (await post(call(), { traceparent: SAMPLED })).headers.get('x-request-id')
  const [http, server, client, ...others] = await spans()
  t.strictSame(others, [])
  t.match(http, {
    name: 'POST /mcp',
    kind: 'server',
    traceId: TRACE,
    parentSpanId: SPAN,
    links: [],
    failed: false,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/mcp',
      'http.response.status_code': 200,
      'url.scheme': 'https',
      'url.path': '/mcp',
      'server.address': 'mcp.contoso.example',
      'sluice.route': 'tools'
    },
    resource: { 'service.name': 'edge', 'telemetry.sdk.language': 'nodejs' }
  })
  if (id !== null) t.equal(http!.attributes['sluice.request.id'], id)
  t.match(server, { name: 'tools/call echo', kind: 'server', traceId: TRACE, parentSpanId: http!.spanId, links: [] })
  t.match(server!.attributes, {
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'echo',
    'jsonrpc.request.id': '1',
    'network.transport': 'tcp',
    'network.protocol.name': 'http'
  })
  t.match(client, {
    name: 'tools/call echo',
    kind: 'client',
    traceId: TRACE,
    parentSpanId: server!.spanId,
    failed: false
  })
  t.equal(arrived[0]!.headers['traceparent'], traceparent(client!))
  t.strictSame(metaOf(arrived[0]!.body), { traceparent: traceparent(client!) })
})

t.test('a call within a trace of its own in _meta is its child, and linked to the request that brought it', async t => {
  const { post, spans, arrived } = await tracedGateway(t, { otel: { messages: true } })
  const meta = { progressToken: 12345678901234567890n.toString(), tracestate: 'a=b' }
  await post(within(`00-${OTHER_TRACE}-${OTHER_SPAN}-01`, meta), { traceparent: SAMPLED })
  const [http, server, client] = await spans()
  t.match(http, { traceId: TRACE, parentSpanId: SPAN })
  t.match(server, { traceId: OTHER_TRACE, parentSpanId: OTHER_SPAN, links: [`${TRACE}-${http!.spanId}`] })
  t.match(client, { traceId: OTHER_TRACE, parentSpanId: server!.spanId, links: [] })
  t.equal(arrived[0]!.headers['traceparent'], traceparent(client!))
  t.strictSame(metaOf(arrived[0]!.body), { ...meta, traceparent: traceparent(client!) }, 'and nothing else is changed')
})

t.test('where nothing comes a trace begins', async t => {
  const { post, spans } = await tracedGateway(t, { otel: { messages: true } })
  await post(call())
  await post(call())
  const roots = (await spans()).filter(({ parentSpanId }) => parentSpanId === undefined)
  t.strictSame(
    roots.map(({ name }) => name),
    ['POST /mcp', 'POST /mcp']
  )
  t.not(roots[0]!.traceId, roots[1]!.traceId)
})

t.test('of a trace that its caller does not sample nothing is recorded or changed', async t => {
  const { post, spans, arrived } = await tracedGateway(t, { otel: { messages: true } })
  const text = `{ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "echo", "_meta": { "traceparent": "${UNSAMPLED}" } } }`
  await post(text, { traceparent: UNSAMPLED })
  t.equal(arrived[0]!.headers['traceparent'], UNSAMPLED)
  t.equal(arrived[0]!.body, text, 'byte by byte')
  t.strictSame(await spans(), [])
})

t.test('a trace that begins here and is not sampled says so to the upstream', async t => {
  const { post, spans, arrived } = await tracedGateway(t, { otel: { sample: 0, messages: true } })
  await post(call())
  t.match(arrived[0]!.headers['traceparent'], /^00-[\da-f]{32}-[\da-f]{16}-00$/)
  t.equal(arrived[0]!.body, JSON.stringify(call()))
  await post(call(), { traceparent: SAMPLED })
  t.equal((await spans()).length, 3, 'the caller of the other has decided for it')
})

t.test('a call that is sampled by its _meta alone has its spans without those of HTTP', async t => {
  const { post, spans, arrived } = await tracedGateway(t, { otel: { sample: 0, messages: true } })
  await post(within(SAMPLED))
  const [server, client, ...others] = await spans()
  t.strictSame(others, [])
  t.match(server, { kind: 'server', name: 'tools/call echo', traceId: TRACE, parentSpanId: SPAN, links: [] })
  t.match(client, { kind: 'client', traceId: TRACE, parentSpanId: server!.spanId })
  t.equal(arrived[0]!.headers['traceparent'], traceparent(client!))
})

t.test('what is no traceparent, or stands twice, counts as none', async t => {
  const { gateway, post, spans, arrived } = await tracedGateway(t)
  const bad = [
    'no',
    UNSAMPLED.toUpperCase(),
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff${SAMPLED.slice(2)}`,
    `${SAMPLED}-x`
  ]
  for (const value of bad) await post(call(), { traceparent: value })
  const twice = [SAMPLED, SAMPLED] as unknown as string
  const { request } = await import('node:http')
  await new Promise(resolve =>
    request(`${gateway.url}/mcp`, { headers: { traceparent: twice } }, res => res.resume().on('end', resolve)).end()
  )
  for (const { traceId } of await spans()) t.not(traceId, TRACE)
  for (const { headers } of arrived) t.match(headers['traceparent'], /^00-[\da-f]{32}-[\da-f]{16}-01$/)
  t.equal(arrived.length, bad.length + 1)
})

t.test('a version of the future is read as far as it is known', async t => {
  const { post, spans } = await tracedGateway(t)
  await post(call(), { traceparent: `cc-${TRACE}-${SPAN}-01-what-is-new` })
  t.match((await spans())[0], { traceId: TRACE, parentSpanId: SPAN })
})

t.test('tracestate and baggage end here, unless they are named', async t => {
  const sent = { traceparent: SAMPLED, tracestate: 'a=b', baggage: 'user=ada' }
  const fields = async (otel: object, env = {}, headers: Record<string, string> = sent) => {
    const { post, arrived } = await tracedGateway(t, { otel: { ...otel }, env })
    await post(call(), headers)
    const { tracestate, baggage } = arrived[0]!.headers
    return [tracestate, baggage]
  }
  t.strictSame(await fields({}), [undefined, undefined])
  t.strictSame(await fields({}, {}, { ...sent, traceparent: UNSAMPLED }), [undefined, undefined])
  t.strictSame(await fields({ pass: ['tracestate', 'baggage'] }), ['a=b', 'user=ada'])
  t.strictSame(await fields({}, { OTEL_PROPAGATORS: 'tracecontext,baggage' }), [undefined, 'user=ada'])
  t.strictSame(await fields({ pass: ['tracestate'] }, {}, { ...sent, traceparent: 'no' }), [undefined, undefined])
})

t.test(
  'with parents: none a trace begins here, linked to that of its caller, whose wish for spans counts for nothing',
  async t => {
    const { post, spans, arrived } = await tracedGateway(t, { otel: { parents: 'none', messages: true } })
    await post(within(SAMPLED, { tracestate: 'a=b', other: 1 }), { traceparent: SAMPLED, tracestate: 'a=b' })
    const [http, server, client] = await spans()
    t.match(http, { parentSpanId: undefined, links: [`${TRACE}-${SPAN}`] })
    t.not(http!.traceId, TRACE)
    t.match(server, { traceId: http!.traceId, parentSpanId: http!.spanId, links: [`${TRACE}-${SPAN}`] })
    t.equal(arrived[0]!.headers['traceparent'], traceparent(client!))
    t.equal(arrived[0]!.headers['tracestate'], undefined)
    t.strictSame(metaOf(arrived[0]!.body), { traceparent: traceparent(client!), other: 1 })

    const strict = await tracedGateway(t, { otel: { parents: 'none', sample: 0, messages: true } })
    await strict.post(within(SAMPLED), { traceparent: SAMPLED })
    t.strictSame(await strict.spans(), [])
    t.match(strict.arrived[0]!.headers['traceparent'], /-00$/)
    t.notMatch(strict.arrived[0]!.headers['traceparent'], TRACE)
  }
)

t.test('OTEL_PROPAGATORS=none: nothing is read and nothing written', async t => {
  const { post, spans, arrived } = await tracedGateway(t, {
    otel: { messages: true },
    env: { OTEL_PROPAGATORS: 'none' }
  })
  await post(within(SAMPLED), { traceparent: SAMPLED, tracestate: 'a=b' })
  t.match(arrived[0]!.headers, { traceparent: SAMPLED, tracestate: 'a=b' })
  t.equal(arrived[0]!.body, JSON.stringify(within(SAMPLED)))
  for (const { traceId } of await spans()) t.not(traceId, TRACE)
})

t.test('messages are not read for a trace, unless it is asked for', async t => {
  const { post, spans, arrived } = await tracedGateway(t)
  t.equal((await post('{"no":"message"}', { 'content-type': 'text/x-anything', traceparent: SAMPLED })).status, 200)
  const [server, client, ...others] = await spans()
  t.strictSame(others, [])
  t.match(server, { name: 'POST /mcp', kind: 'server' })
  t.match(client, { name: 'POST', kind: 'client', parentSpanId: server!.spanId })
  t.match(client!.attributes, { 'http.request.method': 'POST', 'http.response.status_code': 200 })
  t.equal(arrived[0]!.headers['traceparent'], traceparent(client!))
})

t.test('where another filter reads them there is a span of each', async t => {
  const { post, spans } = await tracedGateway(t, { filters: [reader] })
  await post(call(), { traceparent: SAMPLED })
  t.strictSame(
    (await spans()).map(({ name, kind }) => `${kind} ${name}`),
    ['server POST /mcp', 'server tools/call echo', 'client tools/call echo']
  )
})

t.test('where nobody reads them the fields of revision 2026-07-28 name the call', async t => {
  const { post, spans, arrived } = await tracedGateway(t)
  const headers = { 'mcp-method': 'tools/call', 'mcp-name': 'echo', 'mcp-protocol-version': '2026-07-28' }
  await post(call(), { traceparent: SAMPLED, ...headers })
  const [http, server, client] = await spans()
  t.match(server, { name: 'tools/call echo', parentSpanId: http!.spanId })
  t.match(server!.attributes, { 'mcp.protocol.version': '2026-07-28', 'gen_ai.tool.name': 'echo' })
  t.match(client, { name: 'tools/call echo', kind: 'client', parentSpanId: server!.spanId })
  t.equal(arrived[0]!.headers['traceparent'], traceparent(client!))
  t.equal(arrived[0]!.body, JSON.stringify(call()))
})

t.test('a batch has spans for each of its messages, and one for the request that takes them on', async t => {
  const { post, spans, arrived } = await tracedGateway(t, {
    otel: { messages: true },
    answer: message =>
      (Array.isArray(message)
        ? (message as { id: number }[]).filter(({ id }) => id > 0).map(({ id }) => ({ jsonrpc: '2.0', id, result: {} }))
        : message) as never
  })
  await post([call({}, 1), { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } }], {
    traceparent: SAMPLED
  })
  const all = await spans()
  t.strictSame(all.map(({ name, kind }) => `${kind} ${name}`).toSorted(), [
    'client POST',
    'client notifications/cancelled',
    'client tools/call echo',
    'server POST /mcp',
    'server notifications/cancelled',
    'server tools/call echo'
  ])
  const http = all.find(({ name }) => name === 'POST')!
  t.equal(arrived[0]!.headers['traceparent'], traceparent(http))
  const [first, second] = JSON.parse(arrived[0]!.body) as { params: { _meta: { traceparent: string } } }[]
  const clientOf = (name: string) => all.find(span => span.kind === 'client' && span.name === name)!
  t.equal(first!.params._meta.traceparent, traceparent(clientOf('tools/call echo')))
  t.equal(second!.params._meta.traceparent, traceparent(clientOf('notifications/cancelled')))
  const notification = all.find(({ name }) => name === 'notifications/cancelled')!
  t.notOk('jsonrpc.request.id' in notification.attributes)
})

for (const [what, answer, server, client] of [
  ['an error of the tool', { result: { isError: true } }, 'tool_error', 'tool_error'],
  ['an error of the server', { error: { code: -32603, message: 'secret' } }, '-32603', '-32603'],
  ['an error of the caller', { error: { code: -32602, message: 'secret' } }, undefined, '-32602'],
  ['a status', 503, '503', '503']
] as const) {
  t.test(`${what} is one for the caller's side, or for both`, async t => {
    const { post, spans, collector } = await tracedGateway(t, {
      otel: { messages: true },
      answer: ({ id }) => (typeof answer === 'number' ? answer : { jsonrpc: '2.0', id, ...answer })
    })
    await post(call())
    const [, one, other] = await spans()
    t.equal(one!.attributes['error.type'], server)
    t.equal(one!.failed, server !== undefined)
    t.equal(other!.attributes['error.type'], client)
    t.equal(other!.failed, true)
    if (typeof answer === 'object' && 'error' in answer)
      t.equal(one!.attributes['rpc.response.status_code'], String(answer.error.code))
    t.notOk(Buffer.concat(collector.bodies).includes('secret'), 'what the server says about it is not recorded')
  })
}

t.test('a call that a filter refuses has no span towards the upstream, and says why', async t => {
  const refusing: Filter = {
    mcp: { requests: ['tools/call'] },
    onMcpRequest: () => ({ status: 200, code: 'CONTOSO_NO', reason: 'No' })
  }
  const { post, spans } = await tracedGateway(t, { filters: [refusing] })
  await post(call())
  const [http, server, ...others] = await spans()
  t.strictSame(others, [])
  t.match(http, { failed: false, attributes: { 'sluice.code': 'CONTOSO_NO' } })
  t.match(server, { failed: true, attributes: { 'error.type': 'refused', 'sluice.code': 'CONTOSO_NO' } })
})

t.test('where no route matches there is a span without a template', async t => {
  const { gateway, spans } = await tracedGateway(t)
  await fetch(`${gateway.url}/elsewhere?secret=1`, { method: 'PROPFIND' })
  const [span] = await spans()
  t.match(span, { name: 'HTTP', kind: 'server', failed: false })
  t.match(span!.attributes, {
    'http.request.method': '_OTHER',
    'http.response.status_code': 404,
    'url.path': '/elsewhere',
    'sluice.route': '-'
  })
})

t.test("a client's answer to its server is no call", async t => {
  const { post, spans, arrived } = await tracedGateway(t, { otel: { messages: true }, answer: () => 202 })
  const answer = { jsonrpc: '2.0', id: 5, result: {} }
  t.equal((await post(answer)).status, 202)
  t.equal(arrived[0]!.body, JSON.stringify(answer))
  t.strictSame(
    (await spans()).map(({ name, kind }) => `${kind} ${name}`),
    ['server POST /mcp', 'client POST']
  )
})

t.test('a GET has a span of HTTP on either side', async t => {
  const { gateway, spans } = await tracedGateway(t, { otel: { messages: true } })
  await (await fetch(`${gateway.url}/mcp`)).text()
  t.strictSame(
    (await spans()).map(({ name, kind }) => `${kind} ${name}`),
    ['server GET /mcp', 'client GET']
  )
})

t.test('other filters learn where the exchange stands in its trace', async t => {
  const seen: (TraceContext | undefined)[] = []
  const looking = (ctx: PluginContext): Filter => {
    const trace = ctx.fact<TraceContext>('trace')
    return { mcp: { requests: ['*'] }, onFinish: (_end, x) => void seen.push(trace.get(x)) }
  }
  const { post, spans } = await tracedGateway(t, { filters: [looking] })
  await post(call(), { traceparent: SAMPLED })
  await post(within(`00-${OTHER_TRACE}-${OTHER_SPAN}-01`), { traceparent: SAMPLED })
  await post(call(), { traceparent: UNSAMPLED })
  const servers = (await spans()).filter(({ kind }) => kind === 'server')
  const [, first, , second] = servers
  t.strictSame(seen, [
    { traceId: TRACE, spanId: first!.spanId, sampled: true },
    { traceId: OTHER_TRACE, spanId: second!.spanId, sampled: true },
    { traceId: TRACE, spanId: SPAN, sampled: false }
  ])
})
