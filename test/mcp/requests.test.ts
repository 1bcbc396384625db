import { text } from 'node:stream/consumers'
import type { Filter } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { gateway } from '../support/gateway.ts'
import { closedPort, upstream } from '../support/upstream.ts'
import { Wire } from '../support/wire.ts'

type Json = Record<string, unknown>

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }
const call = (more: Json = {}, params: Json = { name: 'echo', arguments: { a: 1 } }): Json => ({
  jsonrpc: '2.0',
  id: 7,
  method: 'tools/call',
  params,
  ...more
})
const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' }
const modernCall = (params: Json = {}): Json => call({}, { name: 'echo', arguments: { a: 1 }, _meta: META, ...params })

interface Row {
  readonly body: unknown
  readonly fields?: readonly (readonly [string, string])[]
  /** What filters see, and the upstream gets, byte by byte: `method:target` of each message. */
  readonly sees?: string
  /** Status, code, JSON-RPC code and id of the refusal; the upstream sees nothing. */
  readonly refused?: readonly [number, string, number, unknown]
}

const fieldsOf = (fields: Readonly<Record<string, string>>) => Object.entries(fields)
const INVALID = (id: unknown = null) => [400, 'SLUICE_MCP_MESSAGE_INVALID', -32600, id] as const
const NOT_JSON = [400, 'SLUICE_MCP_JSON_INVALID', -32700, null] as const
const MISMATCH = (id: unknown = 7) => [400, 'SLUICE_MCP_HEADER_MISMATCH', -32020, id] as const
const MEDIA = [415, 'SLUICE_REQUEST_MEDIA_TYPE', -32000, null] as const

const rows: Record<string, Row> = {
  'a tool call': { body: call(), sees: 'tools/call:echo' },
  'an id of text': { body: call({ id: 'x' }), sees: 'tools/call:echo' },
  'white space and escapes': {
    body: ' {"jsonrpc" : "2.0","id":1,\n"method":"tools\\/call","params":{"name":"\\u0065cho"}}\r\n',
    sees: 'tools/call:echo'
  },
  'a name with quotes and colons': { body: call({}, { name: 'a":"b\\' }), sees: 'tools/call:a":"b\\' },
  'a prompt': { body: call({ method: 'prompts/get' }, { name: 'p' }), sees: 'prompts/get:p' },
  'a resource': { body: call({ method: 'resources/read' }, { uri: 'file:///x' }), sees: 'resources/read:file:///x' },
  'a completion of a prompt': {
    body: call({ method: 'completion/complete' }, { ref: { type: 'ref/prompt', name: 'p' } }),
    sees: 'completion/complete:p'
  },
  'a completion of a resource': {
    body: call({ method: 'completion/complete' }, { ref: { type: 'ref/resource', uri: 'x:{y}' } }),
    sees: 'completion/complete:x:{y}'
  },
  'a task': { body: call({ method: 'tasks/get' }, { taskId: 't' }), sees: 'tasks/get:t' },
  'no params': { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, sees: 'ping:' },
  'a notification': {
    body: { jsonrpc: '2.0', method: 'notifications/initialized' },
    sees: 'notifications/initialized:'
  },
  'an answer': { body: { jsonrpc: '2.0', id: 1, result: {} }, sees: ':' },
  'an error as an answer': { body: { jsonrpc: '2.0', id: null, error: { code: 1, message: '' } }, sees: ':' },
  'a batch': {
    body: [call(), { jsonrpc: '2.0', method: 'notifications/cancelled' }, call({ id: 8 }, { name: 'add' })],
    sees: 'tools/call:echo notifications/cancelled: tools/call:add'
  },
  'a name that is no text has no target': { body: call({}, { name: 5 }), sees: 'tools/call:' },
  'a number that JavaScript cannot hold': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n":12345678901234567890}}}',
    sees: 'tools/call:echo'
  },
  'a member called __proto__': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","__proto__":{"name":"evil"}}}',
    sees: 'tools/call:echo'
  },
  'an unknown member': { body: call({ trace: 1 }), sees: 'tools/call:echo' },
  'an unknown method': { body: call({ method: 'contoso/own' }), sees: 'contoso/own:' },
  'charset utf-8': {
    body: call(),
    fields: [['content-type', 'application/json; charset=UTF-8']],
    sees: 'tools/call:echo'
  },

  nothing: { body: '', refused: NOT_JSON },
  'no JSON': { body: '{"jsonrpc":"2.0",', refused: NOT_JSON },
  'more than one text': { body: `${JSON.stringify(call())}${JSON.stringify(call())}`, refused: NOT_JSON },
  'an octet that is no UTF-8': {
    body: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"a\xff"}', 'latin1'),
    refused: NOT_JSON
  },
  'UTF-16': { body: Buffer.from(JSON.stringify(call()), 'utf16le'), refused: NOT_JSON },
  'a byte order mark': { body: `\ufeff${JSON.stringify(call())}`, refused: NOT_JSON },
  'a comment': { body: `/* */${JSON.stringify(call())}`, refused: NOT_JSON },
  'a name twice': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}',
    refused: INVALID()
  },
  'a name twice, once escaped': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","n\\u0061me":"b"}}',
    refused: INVALID()
  },
  'a method twice': { body: '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}', refused: INVALID() },
  '__proto__ twice': {
    body: '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":1,"__proto__":2}}',
    refused: INVALID()
  },
  'an argument twice, deep down': {
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"l":[{"x":1,"x":2}]}}}',
    refused: INVALID()
  },
  'a member that Go takes for method': { body: { ...call(), Method: 'tools/list' }, refused: INVALID() },
  'a member that Go takes for name': { body: call({}, { name: 'echo', NAME: 'evil' }), refused: INVALID() },
  'a Kelvin sign, that folds to k': { body: call({}, { name: 'echo', tasKId: '1' }), refused: INVALID() },
  'a long s, that folds to s': { body: { ...call(), paramſ: {} }, refused: INVALID() },
  'a name in another case alone': { body: call({}, { Name: 'echo' }), refused: INVALID() },
  'nested very deep': { body: `${'['.repeat(1000)}${']'.repeat(1000)}`, refused: INVALID() },
  'another JSON-RPC': { body: call({ jsonrpc: '1.0' }), refused: INVALID() },
  'an id of null': { body: call({ id: null }), refused: INVALID() },
  'an id with a fraction': { body: call({ id: 1.5 }), refused: INVALID() },
  'an id that would come back as another': {
    body: '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}',
    refused: INVALID()
  },
  'params in a list': { body: call({ params: ['echo'] }), refused: INVALID() },
  'a method that is no text': { body: call({ method: 5 }), refused: INVALID() },
  'a request that is an answer, too': { body: call({ result: {} }), refused: INVALID() },
  'an answer with both': { body: { jsonrpc: '2.0', id: 1, result: 1, error: {} }, refused: INVALID() },
  'nothing at all': { body: { jsonrpc: '2.0', id: 1 }, refused: INVALID() },
  'a text': { body: '"tools/call"', refused: INVALID() },
  null: { body: 'null', refused: INVALID() },
  'an empty batch': { body: [], refused: INVALID() },
  'a batch of more than a hundred': {
    body: Array.from({ length: 101 }, () => ({ jsonrpc: '2.0', method: 'n' })),
    refused: INVALID()
  },
  'a batch in a batch': { body: [[call()]], refused: INVALID() },
  'a batch with one bad member': { body: [call(), { jsonrpc: '2.0' }], refused: INVALID() },
  'a batch with one id twice': { body: [call(), call()], refused: INVALID() },

  'no content type': { body: call(), fields: [['content-type', '']], refused: MEDIA },
  text: { body: call(), fields: [['content-type', 'text/plain']], refused: MEDIA },
  'a list of types': { body: call(), fields: [['content-type', 'application/json, text/plain']], refused: MEDIA },
  'UTF-7, by its name': { body: call(), fields: [['content-type', 'application/json; charset=utf-7']], refused: MEDIA },
  'a content coding': { body: call(), fields: [['content-encoding', 'gzip']], refused: MEDIA },
  'more than limits.mcpBodyBytes': {
    body: call({}, { name: 'x'.repeat(5000) }),
    refused: [413, 'SLUICE_REQUEST_BODY_TOO_LARGE', -32000, null]
  },

  '2026-07-28: all fields': { body: modernCall(), fields: fieldsOf(modern), sees: 'tools/call:echo' },
  '2026-07-28: a list has no name': {
    body: { jsonrpc: '2.0', id: 7, method: 'tools/list', params: { _meta: META } },
    fields: fieldsOf({ ...modern, 'mcp-method': 'tools/list' }).filter(([name]) => name !== 'mcp-name'),
    sees: 'tools/list:'
  },
  '2026-07-28: a name in base64': {
    body: modernCall({ name: 'héllo' }),
    fields: fieldsOf({ ...modern, 'mcp-name': `=?base64?${Buffer.from('héllo').toString('base64')}?=` }),
    sees: 'tools/call:héllo'
  },
  '2026-07-28: a parameter': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-param-a': '1' }),
    sees: 'tools/call:echo'
  },
  '2026-07-28: a parameter, deeper': {
    body: modernCall({ arguments: { at: { region: 'us west', on: true } } }),
    fields: fieldsOf({ ...modern, 'mcp-param-region': 'us west', 'mcp-param-on': 'true' }),
    sees: 'tools/call:echo'
  },
  '2026-07-28: a parameter with a sign of its own': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-param-my_own.a': '1.0' }),
    sees: 'tools/call:echo'
  },
  '2026-07-28: a parameter in hexadecimal': {
    body: modernCall({ arguments: { a: 16 } }),
    fields: fieldsOf({ ...modern, 'mcp-param-a': '0x10' }),
    refused: MISMATCH()
  },
  '2026-07-28: a parameter twice': {
    body: modernCall(),
    fields: [...fieldsOf(modern), ['mcp-param-a', '1'], ['Mcp-Param-A', '1']],
    refused: MISMATCH()
  },
  '2026-07-28: a name with another sign': {
    body: modernCall(),
    fields: [...fieldsOf(modern), ['Mcp.Name', 'evil']],
    refused: MISMATCH()
  },
  'an answer with a name in a field': {
    body: { jsonrpc: '2.0', id: 1, result: {} },
    fields: fieldsOf({ 'mcp-name': 'evil' }),
    refused: MISMATCH(null)
  },
  '2026-07-28: a parameter that is another': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-param-a': '2' }),
    refused: MISMATCH()
  },
  '2026-07-28: a parameter in no base64': {
    body: modernCall({ arguments: { a: 'x' } }),
    fields: fieldsOf({ ...modern, 'mcp-param-a': '=?base64?!?=' }),
    refused: MISMATCH()
  },
  '2026-07-28: another version': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-protocol-version': '2025-11-25' }),
    refused: MISMATCH()
  },
  '2026-07-28: another method': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-method': 'ping' }),
    refused: MISMATCH()
  },
  '2026-07-28: another name': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-name': 'Echo' }),
    refused: MISMATCH()
  },
  '2026-07-28: another name in base64': {
    body: modernCall(),
    fields: fieldsOf({ ...modern, 'mcp-name': '=?base64?ZXZpbA==?=' }),
    refused: MISMATCH()
  },
  '2026-07-28: a name twice': {
    body: modernCall(),
    fields: [...fieldsOf(modern), ['mcp-name', 'evil']],
    refused: MISMATCH()
  },
  '2026-07-28: a name as CGI reads it': {
    body: modernCall(),
    fields: [...fieldsOf(modern), ['Mcp_Name', 'evil']],
    refused: MISMATCH()
  },
  ...Object.fromEntries(
    Object.keys(modern).map(name => [
      `2026-07-28: no ${name}`,
      { body: modernCall(), fields: fieldsOf(modern).filter(([field]) => field !== name), refused: MISMATCH() }
    ])
  ),
  'an older revision, with fields that agree': {
    body: call(),
    fields: fieldsOf({ ...modern, 'mcp-protocol-version': '2025-11-25' }),
    sees: 'tools/call:echo'
  },
  'an older revision, with fields that do not': {
    body: call(),
    fields: fieldsOf({ 'mcp-protocol-version': '2025-11-25', 'mcp-name': 'evil' }),
    refused: MISMATCH()
  },
  'a batch with a method in a field': {
    body: [call()],
    fields: fieldsOf({ 'mcp-method': 'tools/call' }),
    refused: MISMATCH()
  }
}

/** What the scene saw since the last request. */
const scene = async (t: Test) => {
  let seen: string[] = []
  let received: string[] = []
  const { url } = await upstream(t, (req, res) => {
    void text(req).then(body => {
      received.push(body)
      res.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":7,"result":{}}')
    })
  })
  const g = await gateway(
    t,
    [
      {
        upstream: url,
        filters: [{ mcp: { requests: ['*'] }, onMcpRequest: m => void seen.push(`${m.method}:${m.target ?? ''}`) }]
      }
    ],
    { limits: { headerBytes: 32 * 1024, mcpBodyBytes: 4096, mcpResultBytes: 1024 } }
  )
  const take = () => {
    const taken = { seen: seen.join(' '), received }
    seen = []
    received = []
    return taken
  }
  return { url: g.url, take }
}

const bytesOf = (body: unknown): Buffer => {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

const headOf = (fields: Row['fields'] = [], framing: string): string => {
  const own = fields.some(([name]) => name === 'content-type') ? [] : [['content-type', 'application/json'] as const]
  const all = [...own, ...fields].filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST /mcp HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${all.join('')}${framing}\r\n\r\n`
}

interface RpcError {
  readonly id: unknown
  readonly error: { readonly code: number; readonly message: string; readonly data: { readonly code: string } }
}

const answersOf = ({ received }: Wire): RpcError[] =>
  [JSON.parse(received.slice(received.indexOf('\r\n\r\n') + 4)) as RpcError | RpcError[]].flat()

const WAYS: Record<string, (wire: Wire, row: Row) => void> = {
  whole: ({ socket }, { body, fields }) => {
    const bytes = bytesOf(body)
    socket.write(Buffer.concat([Buffer.from(headOf(fields, `content-length: ${bytes.length}`)), bytes]))
  },
  'chunk by chunk, a byte each': ({ socket }, { body, fields }) => {
    socket.write(headOf(fields, 'transfer-encoding: chunked'))
    for (const byte of bytesOf(body)) socket.write(Buffer.from([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a]))
    socket.write('0\r\n\r\n')
  }
}

for (const [way, send] of Object.entries(WAYS)) {
  t.test(`messages of a request, ${way}`, async t => {
    const { url, take } = await scene(t)
    for (const [name, row] of Object.entries(rows)) {
      const wire = await Wire.to(url)
      send(wire, row)
      await wire.closed
      const { seen, received } = take()
      const status = Number(/^HTTP\/1.1 (\d+)/.exec(wire.received)?.[1])
      if (row.refused === undefined) {
        t.strictSame([status, seen, received], [200, row.sees, [bytesOf(row.body).toString()]], name)
        continue
      }
      const { id, error } = answersOf(wire)[0]!
      t.strictSame([status, error.data.code, error.code, id], row.refused, name)
      t.strictSame([seen, received], ['', []], `${name}: nobody sees it`)
    }
  })
}

t.test('a filter sees the messages of the methods that it names, in order, and nothing else', async t => {
  const seen: string[] = []
  const note =
    (name: string): Filter['onMcpRequest'] =>
    m =>
      void seen.push(`${name} ${m.method}`)
  const { url } = await upstream(t, (req, res) => void req.resume().on('end', () => res.end()))
  const g = await gateway(t, [
    {
      upstream: url,
      filters: [
        { mcp: { requests: ['tools/*', 'ping'] }, onMcpRequest: async (m, x) => note('a')!(m, x) },
        { mcp: { requests: ['tools/call'] }, onMcpRequest: note('b')! }
      ]
    }
  ])
  const methods = ['tools/list', 'prompts/get', 'tools/call', 'ping', 'tools', 'tools/call/x']
  await post(
    g.url,
    methods.map((method, id) => ({ jsonrpc: '2.0', id, method }))
  )
  t.strictSame(seen, ['a tools/list', 'a tools/call', 'b tools/call', 'a ping', 'a tools/call/x'])
})

t.test('one refused member refuses the batch, each request with an answer of its own', async t => {
  const ends: unknown[] = []
  let received = 0
  const { url } = await upstream(t, (_req, res) => void res.end(String(received++)))
  const refusal = { status: 200, code: 'TEST_NO', reason: 'no', rpc: { code: -32602, message: 'Unknown tool: evil' } }
  const g = await gateway(t, [
    {
      upstream: url,
      filters: [
        {
          mcp: { requests: ['tools/call'] },
          onMcpRequest: async m => (m.target === 'evil' ? refusal : undefined),
          onFinish: (_end, x) => void ends.push(...x.decisions)
        }
      ]
    }
  ])
  const answer = await post(g.url, [
    call(),
    { jsonrpc: '2.0', method: 'notifications/x' },
    call({ id: 'e' }, { name: 'evil' })
  ])
  t.equal(answer.status, 200)
  t.match(await answer.json(), [
    { id: 7, error: { code: -32602, message: 'Unknown tool: evil', data: { code: 'TEST_NO' } } },
    { id: 'e', error: { code: -32602, message: 'Unknown tool: evil', data: { code: 'TEST_NO' } } }
  ])
  t.equal(received, 0)
  t.match(ends, [{ outcome: 'deny', code: 'TEST_NO', call: 'e' }])
})

t.test('what filters change goes on, all else as it was, and the fields follow', async t => {
  const received: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    void text(req).then(body => {
      received.push(body, req.headers['mcp-name'], req.headers['content-length'])
      res.end()
    })
  })
  const g = await gateway(t, [
    {
      upstream: url,
      filters: [
        {
          mcp: { requests: ['tools/call'] },
          onMcpRequest(m) {
            if (m.target === 'rename') m.setParams({ ...m.params, name: 'ümlaut' })
            m.setMeta('traceparent', '00-1')
            t.match(m.params, { _meta: { traceparent: '00-1' } }, 'and filters behind it see it')
          }
        }
      ]
    }
  ])
  const body =
    '{"jsonrpc":"2.0", "id":1, "method":"tools/call", "params":{"name":"echo","arguments":{"n":12345678901234567890,"f":1.0}}}'
  await post(g.url, body)
  const changed = '"arguments":{"n":12345678901234567890,"f":1.0},"_meta":{"traceparent":"00-1"}}}'
  t.strictSame(received.splice(0), [
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo",${changed}`,
    undefined,
    String(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo",${changed}`.length)
  ])
  await post(g.url, modernCall({ name: 'rename' }), { ...modern, 'mcp-name': 'rename' })
  const [renamed, name] = received
  t.match(JSON.parse(renamed as string), { params: { name: 'ümlaut', _meta: { ...META, traceparent: '00-1' } } })
  t.equal(name, `=?base64?${Buffer.from('ümlaut').toString('base64')}?=`)
})

t.test('a body is read whatever its method, and none is asked of a GET', async t => {
  let received = 0
  const { url } = await upstream(t, (_req, res) => void res.end(String(++received)))
  const g = await gateway(t, [
    { upstream: url, filters: [{ mcp: { requests: ['*'] }, onMcpRequest: () => ({ status: 403, code: 'TEST_NO' }) }] }
  ])
  t.equal((await fetch(`${g.url}/mcp`)).status, 200)
  t.equal((await fetch(`${g.url}/mcp`, { method: 'DELETE' })).status, 200)
  const wire = await Wire.to(g.url)
  const hidden = JSON.stringify(call())
  wire.write(
    'GET /mcp HTTP/1.1',
    'host: x',
    'content-type: application/json',
    `content-length: ${hidden.length}`,
    '',
    hidden
  )
  t.match(await wire.until(/}}}?$/), /^HTTP\/1.1 403/)
  t.equal(received, 2)
})

t.test('a fault of the upstream answers the message', async t => {
  const g = await gateway(t, [{ upstream: await closedPort(), filters: [{ mcp: { requests: ['*'] } }] }])
  const answer = await post(g.url, call())
  t.equal(answer.status, 502)
  t.match(await answer.json(), { id: 7, error: { data: { code: 'SLUICE_UPSTREAM_UNREACHABLE' } } })
})

const post = (url: string, body: unknown, fields: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${url}/mcp`, {
    method: 'POST',
    body: bytesOf(body),
    headers: { 'content-type': 'application/json', ...fields }
  })
