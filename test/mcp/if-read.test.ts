import type { Filter, McpCall } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { gateway } from '../support/gateway.ts'
import { settled } from '../support/settled.ts'
import { upstream } from '../support/upstream.ts'

const json = { 'content-type': 'application/json' }
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } }

/** What a filter with `ifRead` sees of one call, beside other filters. */
const seenBeside = async (t: Test, others: readonly Filter[]) => {
  const seen = { requests: [] as string[], results: [] as string[], calls: undefined as readonly McpCall[] | undefined }
  const onlooker: Filter = {
    mcp: { requests: ['*'], results: ['*'], ifRead: true },
    onMcpRequest: ({ method }) => void seen.requests.push(method),
    onMcpResult: ({ method }) => void seen.results.push(method),
    onFinish: ({ calls }) => void (seen.calls = calls)
  }
  const { url } = await upstream(t, (req, res) =>
    req.resume().on('end', () => res.writeHead(200, json).end('{"jsonrpc":"2.0","id":1,"result":{}}'))
  )
  const g = await gateway(t, [{ upstream: url, filters: [onlooker, ...others] }])
  const post = (body: string, headers: Record<string, string> = json) =>
    fetch(`${g.url}/mcp`, { method: 'POST', headers, body })
  await (await post(JSON.stringify(call))).text()
  await settled(() => seen.calls !== undefined, 'the exchange has ended')
  return { seen, post }
}

t.test('a filter that asks for messages only if they are read has none read', async t => {
  const { seen, post } = await seenBeside(t, [])
  t.strictSame(seen, { requests: [], results: [], calls: [] })
  t.equal((await post('no JSON at all', { 'content-type': 'text/plain' })).status, 200, 'nor is anything refused')
})

t.test('where another filter reads requests it sees requests, and no results', async t => {
  const { seen, post } = await seenBeside(t, [{ mcp: { requests: ['ping'] }, onMcpRequest: () => undefined }])
  t.strictSame(seen, { requests: ['tools/call'], results: [], calls: [] })
  t.equal((await post('no JSON')).status, 400)
})

t.test('where another filter reads results it sees both', async t => {
  const { seen } = await seenBeside(t, [{ mcp: { results: ['ping'] }, onMcpResult: () => undefined }])
  t.match(seen, { requests: ['tools/call'], results: ['tools/call'], calls: [{ method: 'tools/call', outcome: 'ok' }] })
})

t.test('ifRead is true, or is left out', async t => {
  const filter = { mcp: { requests: ['*'], ifRead: false } } as unknown as Filter
  await t.rejects(gateway(t, [{ upstream: 'http://127.0.0.1:1', filters: [filter] }]), /mcp\.ifRead can only be true/)
})
