import type { Endpoint, Exchange, McpRequest, McpResult, Reply, RequestHead } from '@sluice/plugin-api'
import t from 'tap'
import { breachesOf, finds, thrower, withFilter } from './breaches-of.ts'
import good, { type GoodConfig } from './plugins/good.ts'

t.jobs = 2

const badReplies: readonly unknown[] = [
  true,
  { status: 99 },
  { status: 200.5 },
  { status: 403, code: 'closed' },
  { status: 200, code: 'CONTOSO_OPEN' },
  { status: 401, code: 'CONTOSO_WHO' },
  { status: 401, challenges: [{ scheme: 'Bear er', params: new Map() }] },
  { status: 401, challenges: [{ scheme: 'Bearer', params: { realm: 'x' } }] },
  { status: 401, challenges: [{ scheme: 'Bearer', params: new Map([['realm', 'a\nb']]) }] },
  { status: 403, headers: [['x-a', 'b\r\nc: d']] },
  { status: 200, headers: [['Content-Length', '1']] },
  { status: 403, code: 'CONTOSO_NO', reason: 'a\nb' },
  { status: 200, body: { a: 1 } }
]
let given = 0

finds(
  'replies that the gateway could not send',
  withFilter(filter => ({ ...filter, onRequest: () => badReplies[given++ % badReplies.length] })),
  [
    /^reply: onRequest: it is neither undefined nor a reply/,
    /^reply: onRequest: status 99 is not/,
    /^reply: onRequest: status 200.5 is not/,
    /^reply: onRequest: code "closed" is not/,
    /^reply: onRequest: code CONTOSO_OPEN with an answer/,
    /^reply: onRequest: a 401 needs a challenge/,
    /^reply: onRequest: the scheme "Bear er"/,
    /^reply: onRequest: the params of a challenge are no Map/,
    /^reply: onRequest: the parameter realm of a challenge cannot be written/,
    /^reply: onRequest: the field x-a cannot be written/,
    /^reply: onRequest: the field Content-Length is the gateway's own/,
    /^reply: onRequest: reason is not one line/,
    /^reply: onRequest: body is neither/
  ]
)

const endpoint = (of: object): object =>
  withFilter(filter => ({
    ...filter,
    endpoints: [{ methods: ['POST'], path: '/e', handle: () => ({ status: 204 }), ...of }]
  }))

finds('a create that throws', { ...good, create: thrower('oh') }, [/^configuration: create refuses .* Error: oh/])
finds(
  'a configuration that create changes',
  withFilter((filter, config) => (Object.assign(config, { label: 'x' }), filter)),
  [/^configuration: create changed/]
)
finds('no filter', { ...good, create: () => 'filter' }, [/^filter: create returned no object/])
finds(
  'members that are none',
  withFilter(filter => ({ ...filter, onRequests: () => undefined, onFinish: {} })),
  [/^filter: there is no hook onRequests/, /^filter: onFinish is no function/]
)
finds(
  'messages that it would never get',
  withFilter(filter => ({ ...filter, mcp: { results: ['tools/*'] }, onMcpRequest: () => undefined })),
  [/^filter: onMcpRequest has no methods/, /^filter: mcp.results names methods, and no hook/]
)
finds(
  'methods that are none',
  withFilter(filter => ({ ...filter, mcp: { requests: ['tools*'] }, onMcpRequest: () => undefined })),
  [/^filter: mcp.requests names "tools\*"/]
)
finds(
  'message hooks that expect more of a message than it must have',
  withFilter(filter => ({
    ...filter,
    mcp: { requests: ['*'], results: ['tools/*'] },
    onMcpRequest: (m: McpRequest) => (m.method === 'tools/call' && m.target!.length > 9 ? { status: 403 } : undefined),
    onMcpResult: (m: McpResult) => ({ status: m.request!.method.length, code: 'no' })
  })),
  [
    /^hooks: onMcpRequest threw \(POST .*TypeError/,
    /^hooks: onMcpResult threw .*TypeError/,
    /^reply: onMcpResult: status 10 is not/,
    /^reply: onMcpResult: code "no"/,
    /^reply: onMcpResult: code no with an answer/
  ]
)
let last: McpRequest | undefined
finds(
  'a result that is answered',
  withFilter(filter => ({ ...filter, mcp: { results: ['*'] }, onMcpResult: () => ({ status: 200, body: 'mine' }) })),
  [/^reply: onMcpResult: it has no code/]
)
finds(
  'messages that get mixed up',
  withFilter(filter => ({
    ...filter,
    mcp: { requests: ['*'] },
    onRequest: undefined,
    async onMcpRequest(m: McpRequest) {
      last = m
      await Promise.resolve()
      m.setMeta('method', last.method)
    }
  })),
  [/^re-entrance: while other requests are under way, params/]
)
finds(
  'an endpoint that cannot be reached',
  endpoint({
    methods: ['GET', 'post'],
    path: 'e',
    handle: undefined,
    writeRefusal: {},
    cors: 'some',
    body: { types: ['json'], maxBytes: 0 }
  }),
  [
    /^filter: endpoint e: path must begin with/,
    /^filter: endpoint e: methods must list/,
    /^filter: endpoint e: handle must be/,
    /^filter: endpoint e: writeRefusal must be/,
    /^filter: endpoint e: cors can only be/,
    /^filter: endpoint e: body.types must/,
    /^filter: endpoint e: body.maxBytes must/
  ]
)
finds('an open document without HEAD', endpoint({ methods: ['GET'], cors: 'any' }), [/must have HEAD beside GET/])
finds('a GET that does something has no HEAD', endpoint({ methods: ['GET'] }), [])
finds('an endpoint without an answer', endpoint({ handle: () => undefined }), [
  /^reply: endpoint \/e: it answers nothing/
])
finds('an endpoint that throws', endpoint({ handle: thrower('oh') }), [
  /^hooks: endpoint \/e threw \(POST\): Error: oh/
])
finds(
  'an endpoint that shows the token',
  endpoint({ handle: (x => ({ status: 200, body: x.headers.authorization ?? '' })) satisfies Endpoint['handle'] }),
  [/^credentials: .* stands in a reply/]
)

finds(
  'hooks that expect more of a request than it must have',
  withFilter(filter => {
    const begun = new WeakSet<Exchange>()
    return {
      ...filter,
      onRequest: (x: Exchange) => (begun.add(x), void x.headers.host!.length),
      async onFinish(_end: unknown, x: Exchange) {
        if (!begun.has(x)) throw new Error('never began')
      }
    }
  }),
  [
    /^hooks: onRequest threw \(GET \/mcp, forwarded\): TypeError/,
    /^hooks: onFinish threw \(POST \/mcp, refused in front\): Error: never began/,
    /^hooks: onFinish returns a promise/
  ]
)
finds(
  'a hook that writes on the exchange',
  withFilter(filter => ({ ...filter, onRequest: (x: Exchange) => void Object.assign(x, { mine: 1 }) })),
  [/^hooks: onRequest threw .*not extensible/]
)
finds(
  'fields of the framing, set on a head',
  withFilter(filter => ({
    ...filter,
    onUpstream: (head: RequestHead) => head.set('content-length', '5'),
    onResponse: (head: RequestHead) => head.append('Transfer-Encoding', 'chunked')
  })),
  [
    /^hooks: onUpstream threw .*content-length belongs to the gateway/,
    /^hooks: onResponse threw .*Transfer-Encoding belongs to the gateway/
  ]
)
finds(
  'facts that it does not declare',
  withFilter(
    (filter, _config, ctx) => ({
      ...filter,
      onUpstream: (_head: RequestHead, x: Exchange) => void ctx.fact('principal').get(x)
    }),
    { provides: [], reads: ['tag'] }
  ),
  [/^facts: it sets "tag", which provides/, /^facts: it reads "principal"/]
)
finds(
  'the token of a request, let out everywhere',
  withFilter((filter, _config, ctx) => ({
    ...filter,
    onRequest(x: Exchange): Reply | undefined {
      const { authorization = '' } = x.headers
      ctx.log.info({ err: new Error(authorization) }, 'seen')
      ctx.metrics.counter('seen', 'Seen.', ['who']).series(authorization).add()
      if (authorization !== '') ctx.readiness('r').notReady(authorization)
      x.decide({ filter: ctx.entry, outcome: 'allow', code: 'CONTOSO_SEEN', reason: authorization })
      return x.method === 'DELETE' ? { status: 400, body: Buffer.from(authorization) } : undefined
    },
    mcp: { requests: ['*'], results: ['*'] },
    onMcpRequest: (m: McpRequest, x: Exchange) => m.setMeta('token', x.headers.authorization ?? ''),
    onMcpResult: (_m: McpResult, x: Exchange) => ({ result: { token: x.headers.authorization ?? '' } }),
    onUpstream: (head: RequestHead, x: Exchange) => head.set('x-token', x.headers.authorization ?? ''),
    onResponse: (head: RequestHead, x: Exchange) => head.set('x-token', x.headers.authorization ?? '')
  })),
  [
    /^credentials: .* stands in the log/,
    /^credentials: .* stands in a metric/,
    /^credentials: .* stands in a readiness/,
    /^credentials: .* stands in a decision/,
    /^credentials: .* stands in a reply/,
    /^credentials: .* stands in a message for the upstream/,
    /^credentials: .* stands in a result/,
    /^credentials: .* stands in a field for the upstream/,
    /^credentials: .* stands in a field of the answer/
  ]
)

let under: Exchange | undefined
finds(
  'requests that get mixed up',
  withFilter(filter => ({
    ...filter,
    onRequest: (x: Exchange) => void (under = x),
    onUpstream: (head: RequestHead) => head.set('x-id', under!.id),
    onResponse: undefined
  })),
  [/^re-entrance: while other requests are under way, upstreamFields.* becomes .*; it was "plain-1"/]
)
let waitingFor: Exchange | undefined
finds(
  'requests that get mixed up while one waits',
  withFilter(filter => ({
    ...filter,
    async onRequest(x: Exchange) {
      waitingFor = x
      await Promise.resolve()
      x.decide({ filter: 'f', outcome: 'allow', code: 'CONTOSO_SEEN', reason: waitingFor.id })
    }
  })),
  [/^re-entrance: while other requests are under way, decisions/]
)
let current: GoodConfig | undefined
finds(
  'one configuration for all filters',
  withFilter((filter, config) => {
    current = config
    return { ...filter, onUpstream: (head: RequestHead) => head.set('x-label', current!.label) }
  }),
  [
    /^neighbours: once another filter is made, upstreamFields.* becomes "two"; it was "one"/,
    /^neighbours: once another/
  ]
)
let open = true
finds(
  'what one filter closes and all use',
  withFilter(filter => {
    open = true
    return {
      ...filter,
      onUpstream: (head: RequestHead) => head.set('x-open', String(open)),
      onClose: () => void (open = false)
    }
  }),
  [/^neighbours: once another filter is closed, upstreamFields.* becomes "false"; it was "true"/]
)
finds(
  'a filter that cannot be closed',
  withFilter((filter, _config, ctx) => {
    ctx.shared('value', () => 1, thrower('never'))
    return { ...filter, onClose: thrower('oh') }
  }),
  [/^close: onClose threw: Error: oh/, /^close: a shared value could not be disposed: Error: never/]
)

t.test('a filter that refuses and changes messages keeps the contract', async t => {
  const plugin = withFilter(filter => ({
    ...filter,
    mcp: { requests: ['tools/call'], results: ['tools/list'] },
    onMcpRequest(m: McpRequest): Reply | undefined {
      if (m.target === undefined)
        return { status: 200, code: 'CONTOSO_NO_TOOL', reason: 'No tool', rpc: { code: -32602, message: 'No tool' } }
      m.setParams({ ...m.params, arguments: {} })
      return undefined
    },
    onMcpResult: () => ({ result: { tools: [] } })
  }))
  t.strictSame(await breachesOf(plugin), [])
})

t.test('what differs from one request to the next anyhow is nobody’s fault', async t => {
  let nonce = 0
  const plugin = withFilter(filter => ({
    ...filter,
    onUpstream: (head: RequestHead) => head.set('x-nonce', String(nonce++))
  }))
  t.strictSame(await breachesOf(plugin), [])
})
