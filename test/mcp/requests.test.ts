import { text } from 'node:stream/consumers'
import type { Filter } from '@sluice/plugin-api'
import t from 'tap'
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

const bytesOf = (body: unknown): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))

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
