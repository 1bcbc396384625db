import { gzipSync } from 'node:zlib'
import type { Filter } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from '../support/gateway.ts'
import { settled } from '../support/settled.ts'
import { upstream } from '../support/upstream.ts'

type Json = Record<string, unknown>

const answer = (result: unknown, id: unknown = 1): Json => ({ jsonrpc: '2.0', id, result })
const tools = (...names: readonly string[]) => names.map(name => ({ name, inputSchema: {}, x: { own: 1 } }))

/** Reads every result, and lets it be. */
const readsAll: Filter = { mcp: { results: ['*'] }, onMcpResult: () => undefined }

const post = (url: string, body: unknown, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...fields } })

t.test('the upstream is asked for what can be read', async t => {
  let fields: Record<string, unknown> = {}
  const { url } = await upstream(t, (req, res) => {
    fields = req.headers
    req.resume().on('end', () => res.setHeader('content-type', 'application/json').end('{}'))
  })
  const g = await gateway(t, [{ upstream: url, filters: [readsAll] }])
  await post(
    `${g.url}/mcp`,
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { range: 'bytes=0-5', 'accept-encoding': 'gzip', 'if-none-match': '"x"' }
  )
  const { range, 'accept-encoding': coding, 'if-none-match': match } = fields
  t.strictSame([range, coding, match], [undefined, 'identity', undefined])
})

t.test('what should be read and cannot be is not passed on', async t => {
  const list = JSON.stringify(answer({ tools: tools('secret') }))
  const answers: Record<string, [number, Record<string, string>, string | Buffer]> = {
    'a content coding': [200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, gzipSync(list)],
    'a content coding of events': [
      200,
      { 'content-type': 'text/event-stream', 'content-encoding': 'br' },
      'data: x\n\n'
    ],
    'no JSON': [200, { 'content-type': 'application/json' }, `${list}}`],
    'a member twice': [
      200,
      { 'content-type': 'application/json' },
      '{"jsonrpc":"2.0","id":1,"result":{"tools":[]},"result":{}}'
    ],
    'another type': [200, { 'content-type': 'text/plain' }, list],
    'no type': [200, {}, list],
    'a part': [206, { 'content-type': 'application/json', 'content-range': 'bytes 0-5/9' }, list.slice(0, 6)],
    'no JSON in an error': [400, { 'content-type': 'application/json' }, list.slice(1)],
    'too long': [200, { 'content-type': 'application/json' }, `${' '.repeat(2000)}${list}`]
  }
  let next: [number, Record<string, string>, string | Buffer]
  const { url } = await upstream(t, (req, res) => {
    const [status, fields, body] = next
    req.resume().on('end', () => res.writeHead(status, fields).end(body))
  })
  const limits = { headerBytes: 32 * 1024, mcpBodyBytes: 4096, mcpResultBytes: 1024 }
  const g = await gateway(t, [{ upstream: url, filters: [readsAll] }], { limits })
  for (const [name, of] of Object.entries(answers)) {
    next = of
    const response = await post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const body = await response.text()
    t.equal(response.status, 502, name)
    t.equal(response.headers.get('x-sluice-error'), 'SLUICE_UPSTREAM_RESULT_UNREADABLE', name)
    t.notMatch(body, /secret/, name)
    t.notMatch(JSON.stringify(g.log), /secret/, `${name}: nor logged`)
  }
  for (const [name, of] of Object.entries<[number, Record<string, string>, string]>({
    'an error page': [500, { 'content-type': 'text/html' }, '<h1>oops'],
    'accepted, without a body': [202, {}, ''],

    'no content': [204, {}, '']
  })) {
    next = of
    const response = await post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list' })
    t.strictSame([response.status, await response.text()], [of[0], of[2]], `${name} passes`)
  }
  for (const stream of [
    'data: {"jsonrpc"\n\n',
    `data: ${' '.repeat(2000)}\n\n`,
    'event: message\ndata: endpoint\n\n'
  ]) {
    next = [200, { 'content-type': 'text/event-stream' }, `data: {}\n\n${stream}data: {"later":1}\n\n`]
    const read = post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/list' }).then(response => response.text())
    await t.rejects(read, stream.slice(0, 40))
  }
  next = [200, { 'content-type': 'text/event-stream' }, 'event: endpoint\ndata: /messages?id=1\n\n']
  t.equal(await (await fetch(`${g.url}/mcp`)).text(), next[2], 'an event of another type may have any data')
})

for (const waits of [false, true]) {
  t.test(`a result whose numbers nobody could keep apart is not passed on, ${waits ? 'later' : 'at once'}`, async t => {
    const text = '{"jsonrpc":"2.0","id":1,"result":{"a":{"n":9007199254740993},"b":{"n":9007199254740992}}}'
    let type = 'application/json'
    const { url } = await upstream(t, (req, res) => {
      const body = type === 'application/json' ? text : `data: ${text}\n\n`
      req.resume().on('end', () => res.setHeader('content-type', type).end(body))
    })
    const copying: Filter = {
      mcp: { results: ['*'] },
      onMcpResult({ result }) {
        const copied = { result: structuredClone(result) }
        return waits ? Promise.resolve(copied) : copied
      }
    }
    const g = await gateway(t, [{ upstream: url, filters: [copying] }])
    const ask = () => post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'ping' })
    const response = await ask()
    t.strictSame([response.status, response.headers.get('x-sluice-error')], [502, 'SLUICE_UPSTREAM_RESULT_UNREADABLE'])
    t.notMatch(await response.text(), /900719925474099/)
    type = 'text/event-stream'
    await t.rejects(ask().then(answer => answer.text()))
  })
}

t.test('a refused result is an error in its place, and every call has an outcome', async t => {
  const ends: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    req.resume().on('end', () => {
      const all = [
        answer({ content: [] }),
        answer({ isError: true }, 2),
        answer({ content: [] }, 3),
        { jsonrpc: '2.0', id: 4, error: { code: -1, message: '' } }
      ]
      res.setHeader('content-type', 'text/event-stream')
      res.end(all.map(message => `data: ${JSON.stringify(message)}\n\n`).join(''))
    })
  })
  const g = await gateway(t, [
    {
      upstream: url,
      filters: [
        {
          mcp: { results: ['tools/call'] },
          onMcpResult: m =>
            m.request?.target === 'leak' ? { status: 200, code: 'TEST_LEAK', reason: 'no' } : undefined,
          onFinish: (end, x) => void ends.push(end.calls, x.decisions)
        }
      ]
    }
  ])
  const calls = ['a', 'b', 'leak', 'd', 'e'].map((name, i) => ({
    jsonrpc: '2.0',
    id: i + 1,
    method: 'tools/call',
    params: { name }
  }))
  const body = await (await post(`${g.url}/mcp`, calls)).text()
  t.match(JSON.parse(body.split('\n\n')[2]!.slice('data: '.length)), {
    id: 3,
    error: { code: -32000, message: 'no', data: { code: 'TEST_LEAK' } }
  })
  const [outcomes, decisions] = ends as [Json[], Json[]]
  t.strictSame(
    outcomes.map(({ id, target, outcome, rpcCode }) => [id, target, outcome, rpcCode]),
    [
      [1, 'a', 'ok', undefined],
      [2, 'b', 'tool-error', undefined],
      [3, 'leak', 'refused', undefined],
      [4, 'd', 'rpc-error', -1],
      [5, 'e', 'unanswered', undefined]
    ]
  )
  t.match(decisions, [{ outcome: 'deny', code: 'TEST_LEAK', call: 3 }])
})

t.test('a reply without a code is no refusal of a result: the result is withheld, and the filter named', async t => {
  const messages = [answer({ content: [] })]
  let type = ''
  const { url } = await upstream(t, (req, res) => {
    req.resume().on('end', () => {
      res.setHeader('content-type', type)
      res.end(
        messages
          .map(one => (type === 'application/json' ? JSON.stringify(one) : `data: ${JSON.stringify(one)}\n\n`))
          .join('')
      )
    })
  })
  const answering: Filter = { mcp: { results: ['*'] }, onMcpResult: () => ({ status: 200, reason: 'no' }) }
  const g = await gateway(t, [{ upstream: url, filters: [answering] }])
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } }
  type = 'application/json'
  const response = await post(`${g.url}/mcp`, request)
  t.equal(response.status, 500)
  t.match(await response.json(), { error: { message: String, data: { code: 'SLUICE_FILTER_FAILED' } } })
  type = 'text/event-stream'
  await t.rejects(post(`${g.url}/mcp`, request).then(torn => torn.text()))
  const failures = g.log.filter(({ level }) => level === 'error')
  t.equal(failures.length, 2)
  for (const { fields } of failures) t.match(fields, { entry: 'route0/f0', err: { cause: /no code/ } })
})

t.test('a fault that takes the place of a held answer passes the filters as an answer of its own', async t => {
  const bodies = ['no JSON', JSON.stringify(answer({ content: [] }))]
  let torn = false
  let body = bodies[0]!
  const { url } = await upstream(t, (req, res) => {
    req.resume().on('end', () => {
      res.writeHead(200, { 'content-type': 'application/json', 'x-theirs': 'secret' })
      if (torn) res.write('{', () => res.destroy())
      else res.end(body)
    })
  })
  const sources: string[] = []
  const cors: Filter = {
    onResponse(head) {
      sources.push(head.source)
      head.set('access-control-allow-origin', 'https://page.example')
    }
  }
  let fails = false
  const reading: Filter = {
    mcp: { results: ['*'] },
    onMcpResult() {
      if (fails) throw new Error('boom')
      return undefined
    }
  }
  const g = await gateway(t, [{ upstream: url, filters: [cors, reading] }])
  const rows: readonly [string, () => void][] = [
    ['SLUICE_UPSTREAM_RESULT_UNREADABLE', () => {}],
    ['SLUICE_UPSTREAM_CLOSED', () => (torn = true)],
    ['SLUICE_FILTER_FAILED', () => ([torn, fails, body] = [false, true, bodies[1]!])]
  ]
  for (const [code, prepare] of rows) {
    prepare()
    sources.length = 0
    const response = await post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } })
    t.equal(response.headers.get('x-sluice-error'), code)
    t.equal(response.headers.get('access-control-allow-origin'), 'https://page.example', `${code}: a page may read it`)
    t.equal(response.headers.get('x-theirs'), null)
    t.strictSame(sources, ['upstream', 'gateway'], code)
    await response.text()
  }
})

t.test('each event goes on as soon as it is here', async t => {
  const { url, next: arrived } = await upstream(t)
  const g = await gateway(t, [{ upstream: url, filters: [readsAll] }])
  const pending = post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'tools/call' })
  const [, res] = await arrived()
  res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const reader = (await pending).body!.getReader()
  for (const n of [1, 2, 3]) {
    res.write(`data: {"n":${n}}\r\n\r\n`)
    t.equal(new TextDecoder().decode((await reader.read()).value), `data: {"n":${n}}\r\n\r\n`)
  }
  res.end()
  t.equal((await reader.read()).done, true)
})

t.test('a result that could be of any method is shown to all who ask for results', async t => {
  const seen: unknown[] = []
  const { url } = await upstream(t, (_req, res) => {
    res.setHeader('content-type', 'text/event-stream').end(`data: ${JSON.stringify(answer({ own: 1 }, 9))}\n\n`)
  })
  const g = await gateway(t, [
    { upstream: url, filters: [{ mcp: { results: ['tools/call'] }, onMcpResult: m => void seen.push(m.method) }] }
  ])
  await (await fetch(`${g.url}/mcp`, { headers: { 'last-event-id': '1' } })).text()
  t.strictSame(seen, [''])
})

t.test('a hook that fails late, beside what cannot be read, tears the stream and nothing else', async t => {
  let settle = (): void => {}
  const { url } = await upstream(t, (req, res) => {
    const event = `data: ${JSON.stringify(answer({}))}\n\n`
    req.resume().on('end', () => res.setHeader('content-type', 'text/event-stream').end(`${event}data: {oops\n\n`))
  })
  const failing: Filter = {
    mcp: { results: ['*'] },
    onMcpResult: async () => {
      await new Promise<void>(resolve => (settle = resolve))
      throw new Error('late')
    }
  }
  const unheard: unknown[] = []
  const note = (error: unknown): void => void unheard.push(error)
  process.on('unhandledRejection', note)
  t.teardown(() => void process.off('unhandledRejection', note))
  const g = await gateway(t, [{ upstream: url, filters: [failing] }])
  const asked = post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'ping' }).then(response => response.text())
  asked.catch(() => {})
  await settled(() => settle.length === 1, 'the hook waits')
  settle()
  await t.rejects(asked)
  t.strictSame(unheard, [])
  t.ok(g.log.some(line => line.fields['code'] === 'SLUICE_FILTER_FAILED'))
})

t.test('a word with 202 is dropped, for nobody reads it', async t => {
  const { url } = await upstream(t, (req, res) => void req.resume().on('end', () => res.writeHead(202).end('Accepted')))
  const g = await gateway(t, [{ upstream: url, filters: [readsAll] }])
  const response = await post(`${g.url}/mcp`, { jsonrpc: '2.0', method: 'notifications/initialized' })
  t.strictSame([response.status, await response.text()], [202, ''])
})

t.test('filters of the method that was asked see its result, whatever it looks like', async t => {
  const seen: string[] = []
  const { url } = await upstream(t, (req, res) => {
    req
      .resume()
      .on('end', () => res.setHeader('content-type', 'application/json').end(JSON.stringify(answer({ content: [] }))))
  })
  const reader = (method: string): Filter => ({
    mcp: { results: [method] },
    onMcpResult: m => void seen.push(`${method}: ${m.method}`)
  })
  const g = await gateway(t, [
    { upstream: url, filters: [reader('contoso/own'), reader('tools/call'), reader('ping')] }
  ])
  await (await post(`${g.url}/mcp`, { jsonrpc: '2.0', id: 1, method: 'contoso/own' })).text()
  t.strictSame(seen, ['tools/call: tools/call', 'contoso/own: tools/call'], 'and the last filter is the first')
})

t.test('each filter sees what those behind it made of a result; what is no outcome is a fault', async t => {
  const { url } = await upstream(t, (req, res) => {
    req
      .resume()
      .on('end', () => res.setHeader('content-type', 'application/json').end(JSON.stringify(answer({ n: 1 }))))
  })
  const adding: Filter = {
    mcp: { results: ['*'] },
    onMcpResult: ({ result }) => ({ result: { n: (result as { n: number }).n + 1 } })
  }
  const ends: unknown[] = []
  const noting: Filter = { onFinish: end => void ends.push(end.calls[0]?.outcome) }
  const g = await gateway(t, [
    { upstream: url, filters: [noting, adding, adding] },
    { path: '/null', upstream: url, filters: [noting, { mcp: { results: ['*'] }, onMcpResult: () => null as never }] }
  ])
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call' }
  t.match(await (await post(`${g.url}/mcp`, call)).json(), { result: { n: 3 } })
  const faulty = await post(`${g.url}/null`, call)
  t.equal(faulty.status, 500)
  await faulty.text()
  await settled(() => ends.length === 2, 'both have ended')
  t.strictSame(ends, ['ok', 'unanswered'])
  t.match(g.log.find(line => line.fields['code'] === 'SLUICE_FILTER_FAILED')?.fields, { entry: 'route1/f1' })
})
