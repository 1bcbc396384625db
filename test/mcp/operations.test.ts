import { gzipSync } from 'node:zlib'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Filter } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { gateway, type TestGateway } from '../support/gateway.ts'
import { scrape } from '../support/scrape.ts'
import { settled } from '../support/settled.ts'
import { upstream } from '../support/upstream.ts'

type Json = Record<string, unknown>
type Answering = (message: Json, res: ServerResponse) => void

const NAME = 'mcp_server_operation_duration_seconds'
const json = { 'content-type': 'application/json' }

const call = (name: string, id: unknown = 1): Json => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } })
const list = (method = 'tools/list'): Json => ({ jsonrpc: '2.0', id: 1, method })
const result = (value: unknown, id: unknown = 1): Json => ({ jsonrpc: '2.0', id, result: value })
const error = (code: number, id: unknown = 1): Json => ({ jsonrpc: '2.0', id, error: { code, message: '' } })

/** Sees requests alone, or results, too. */
const requests: Filter = { mcp: { requests: ['*'] } }
const results: Filter = { mcp: { results: ['*'] }, onMcpResult: () => undefined }

/** A gateway before an upstream that gives each message, parsed, to `answering`. */
const before = async (t: Test, answering: Answering, filters: readonly Filter[]) => {
  const { url } = await upstream(t, (req: IncomingMessage, res) => {
    let body = ''
    req.setEncoding('utf8')
    req.on('data', (text: string) => void (body += text))
    req.on('end', () => answering(JSON.parse(body) as Json, res))
  })
  const g = await gateway(t, [{ upstream: url, name: 'r', filters }])
  const post = async (message: unknown): Promise<string> => {
    const response = await fetch(`${g.url}/mcp`, { method: 'POST', headers: json, body: JSON.stringify(message) })
    return response.text()
  }
  return { g, post }
}

/** How many operations were recorded, by `method tool prompt error code`. */
const recorded = async ({ adminUrl }: TestGateway): Promise<Record<string, number>> => {
  const found: Record<string, number> = {}
  for (const [sample, count] of await scrape(adminUrl)) {
    const labels = new RegExp(`^${NAME}_count\\{route="r",(.*)\\}$`).exec(sample)?.[1]
    if (labels === undefined) continue
    found[Array.from(labels.matchAll(/="((?:[^"\\]|\\.)*)"/g), ([, value]) => value || '-').join(' ')] = count
  }
  return found
}

const TOOLS = { tools: [{ name: 'echo' }, { name: 'search' }, { name: 'x'.repeat(129) }, { name: 'tücke' }, null, {}] }
const sse = (...messages: readonly Json[]): string => messages.map(m => `data: ${JSON.stringify(m)}\n\n`).join('')

for (const [kind, filter] of Object.entries({ requests, results })) {
  t.test(`where filters read ${kind}, a tool has its name once the upstream has listed it`, async t => {
    const { g, post } = await before(
      t,
      ({ method }, res) => {
        const value = method === 'tools/list' ? TOOLS : method === 'prompts/list' ? { prompts: [{ name: 'p' }] } : {}
        if (method === 'prompts/list') res.setHeader('content-type', 'text/event-stream').end(sse(result(value)))
        else res.setHeader('content-type', 'application/json').end(JSON.stringify(result(value)))
      },
      [filter]
    )
    await post(call('echo'))
    await post(list())
    for (const name of ['echo', 'search', 'echo', 'made-up', 'x'.repeat(129), 'tücke']) await post(call(name))
    const get = (name: string): Json => ({ ...list('prompts/get'), params: { name } })
    await post(get('p'))
    await post(list('prompts/list'))
    for (const name of ['p', 'echo']) await post(get(name))
    await post({ jsonrpc: '2.0', method: 'notifications/initialized' })
    await post(list('resources/read'))
    await post(list('made/up'))
    t.strictSame(await recorded(g), {
      'tools/list - - - -': 1,
      'tools/call other - - -': 4,
      'tools/call echo - - -': 2,
      'tools/call search - - -': 1,
      'prompts/list - - - -': 1,
      'prompts/get - other - -': 2,
      'prompts/get - p - -': 1,
      'notifications/initialized - - - -': 1,
      'resources/read - - - -': 1,
      'other - - - -': 1
    })
  })
}

t.test('names are learned of two hundred tools and no more', async t => {
  const tools = Array.from({ length: 300 }, (_, i) => ({ name: `tool-${i}` }))
  const { g, post } = await before(
    t,
    (_message, res) => res.writeHead(200, json).end(JSON.stringify(result({ tools }))),
    [requests]
  )
  await post(list())
  for (const i of [0, 199, 200, 299]) await post(call(`tool-${i}`))
  t.strictSame(await recorded(g), {
    'tools/list - - - -': 1,
    'tools/call tool-0 - - -': 1,
    'tools/call tool-199 - - -': 1,
    'tools/call other - - -': 2
  })
})

t.test('a list that cannot be listened to passes, and teaches nothing', async t => {
  const text = JSON.stringify(result(TOOLS))
  const answers: Record<string, (res: ServerResponse) => void> = {
    compressed: res => res.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(text)),
    'no JSON': res => res.writeHead(200, json).end(`${text}!`),
    'too long': res => res.writeHead(200, json).end(text + ' '.repeat(1024 * 1024)),
    'an event too long': res =>
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${text}${' '.repeat(1024 * 1024)}\n\n`),
    'an event of no JSON': res =>
      res.writeHead(200, { 'content-type': 'text/event-stream' }).end(`: hello\n\ndata: [${text}\n\n`),
    'an error': res => res.writeHead(500, json).end(text),
    text: res => res.writeHead(200, { 'content-type': 'text/plain' }).end(text)
  }
  let answer = ''
  const { g, post } = await before(
    t,
    ({ method }, res) => {
      if (method === 'tools/list') answers[answer]!(res)
      else res.writeHead(200, json).end('{}')
    },
    [requests]
  )
  for (const name of Object.keys(answers)) {
    answer = name
    t.match(await post(list()), '"search"', name)
    await post(call('search'))
    t.equal((await recorded(g))['tools/call search - - -'], undefined, name)
  }
})

t.test('what is no answer to a list teaches nothing, whatever it looks like', async t => {
  for (const filter of [requests, results]) {
    const { g, post } = await before(
      t,
      (_m, res) => res.writeHead(200, json).end(JSON.stringify([result(TOOLS, 'another'), result(TOOLS, 2)])),
      [filter]
    )
    await post([list(), call('search', 2)])
    await post(call('search'))
    t.strictSame(
      Object.keys(await recorded(g)).filter(name => name.includes('search')),
      []
    )
  }
})

t.test('a batch of lists in one answer teaches all of them', async t => {
  const named = { tools: [...TOOLS.tools, { name: 'say "\\n"' }] }
  const answers = [result(named), result({ prompts: [{ name: 'p' }] }, 2), 'no message']
  const { g, post } = await before(t, (_message, res) => res.writeHead(200, json).end(JSON.stringify(answers)), [
    requests
  ])
  await post([list(), { ...list('prompts/list'), id: 2 }])
  await post(call('echo'))
  await post(call('say "\\n"'))
  await post({ ...list('prompts/get'), params: { name: 'p' } })
  t.match(await recorded(g), {
    'tools/call echo - - -': 1,
    'tools/call say \\"\\\\n\\" - - -': 1,
    'prompts/get - p - -': 1
  })
})

t.test('how an operation ended', async t => {
  const rows: Record<string, { readonly answer: Answering; readonly requests: string; readonly results: string }> = {
    'a result': {
      answer: (_m, res) => res.writeHead(200, json).end(JSON.stringify(result({}))),
      requests: '- -',
      results: '- -'
    },
    'an error of the tool': {
      answer: (_m, res) => res.writeHead(200, json).end(JSON.stringify(result({ isError: true }))),
      requests: '- -',
      results: 'tool_error -'
    },
    'a caller in the wrong': {
      answer: (_m, res) => res.writeHead(200, json).end(JSON.stringify(error(-32602))),
      requests: '- -',
      results: '- -32602'
    },
    'a server in the wrong': {
      answer: (_m, res) => res.writeHead(200, json).end(JSON.stringify(error(-32603))),
      requests: '- -',
      results: '-32603 -32603'
    },
    'an error that nobody knows': {
      answer: (_m, res) => res.writeHead(200, json).end(JSON.stringify(error(7))),
      requests: '- -',
      results: '_OTHER other'
    },
    'a status': {
      answer: (_m, res) => res.writeHead(500, { 'content-type': 'text/plain' }).end('oops'),
      requests: '500 -',
      results: '500 -'
    },
    'a status that nobody knows': {
      answer: (_m, res) => res.writeHead(599, { 'content-type': 'text/plain' }).end('oops'),
      requests: '_OTHER -',
      results: '_OTHER -'
    },
    'no answer on a stream that ends': {
      answer: (_m, res) => res.writeHead(200, { 'content-type': 'text/event-stream' }).end(': nothing\n\n'),
      requests: '- -',
      results: 'unanswered -'
    },
    'an upstream that asks for a token': {
      answer: (_m, res) => res.writeHead(401).end(),
      requests: '502 -',
      results: '502 -'
    },
    'an upstream that breaks off': {
      answer: (_m, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': begin\n\n', () => res.destroy())
      },
      requests: 'upstream-gone -',
      results: 'upstream-gone -'
    }
  }
  for (const [name, row] of Object.entries(rows)) {
    for (const [kind, filter] of Object.entries({ requests, results })) {
      const { g, post } = await before(t, row.answer, [filter])
      await post(call('echo')).catch(() => {})
      t.strictSame(
        await recorded(g),
        { [`tools/call other - ${row[kind as 'requests' | 'results']}`]: 1 },
        `${name}, ${kind} read`
      )
    }
  }
})

t.test('what the gateway answers itself', async t => {
  const judging: Filter = {
    mcp: { requests: ['*'], results: ['*'] },
    onMcpRequest: ({ target }) => {
      if (target === 'policy') return { status: 200, code: 'TEST_NO', reason: 'no' }
      if (target === 'token') return { status: 403, code: 'TEST_NO', reason: 'no' }
      if (target === 'store') return { status: 503, code: 'TEST_AWAY', reason: 'no' }
      if (target === 'throws') throw new Error('a fault of the filter')
      return target === 'own' ? { status: 200, body: '{}' } : undefined
    },
    onMcpResult: ({ request }) =>
      request?.target === 'leak' ? { status: 200, code: 'TEST_LEAK', reason: 'no' } : undefined
  }
  const rows = {
    policy: 'refused -',
    token: 'refused -',
    store: '503 -',
    throws: '500 -',
    own: '- -',
    leak: 'refused -'
  }
  for (const [name, ended] of Object.entries(rows)) {
    const { g, post } = await before(t, (_m, res) => res.writeHead(200, json).end(JSON.stringify(result({}))), [
      judging
    ])
    await post(call(name))
    t.strictSame(await recorded(g), { [`tools/call other - ${ended}`]: 1 }, name)
  }
  const { g, post } = await before(t, () => t.fail('nothing is forwarded'), [judging])
  await post([call('policy', 1), call('echo', 2), { jsonrpc: '2.0', method: 'notifications/cancelled' }])
  await post('no message')
  t.strictSame(
    await recorded(g),
    { 'tools/call other - refused -': 2, 'notifications/cancelled - - refused -': 1 },
    'one refused member refuses the batch; what is no message is no operation'
  )
})

t.test('an answer to a question of the server is no operation', async t => {
  const { g, post } = await before(t, (_m, res) => res.writeHead(202).end(), [requests])
  await post(result({}))
  t.strictSame(await recorded(g), {})
})

t.test('where no filter reads messages, nothing is recorded', async t => {
  const { g, post } = await before(t, (_m, res) => res.writeHead(200, json).end('{}'), [{}])
  await post(call('echo'))
  t.strictSame(await recorded(g), {})
})

t.test('an operation lasts from when it was read until its own result', async t => {
  let now = 1000
  t.intercept(performance, 'now', { value: () => now })
  const { url, next } = await upstream(t)
  const slow: Filter = { ...results, onRequest: () => void (now += 100) }
  const g = await gateway(t, [{ upstream: url, name: 'r', filters: [slow] }])
  const arrived = next()
  const body = JSON.stringify([call('a', 1), call('b', 2)])
  const answered = fetch(`${g.url}/mcp`, { method: 'POST', headers: json, body })
  const [, res] = await arrived
  now += 1000
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write(sse(result({}, 1)))
  const reader = (await answered).body!.getReader()
  await reader.read()
  now += 1000
  res.end()
  while (!(await reader.read()).done);
  const samples = await scrape(g.adminUrl)
  const labels = (failure: string): string =>
    `{route="r",mcp_method_name="tools/call",gen_ai_tool_name="other",gen_ai_prompt_name="",error_type="${failure}",rpc_response_status_code=""}`
  t.equal(samples.get(`${NAME}_sum${labels('')}`), 1)
  t.equal(samples.get(`${NAME}_sum${labels('unanswered')}`), 2)
})

t.test('a client that leaves has ended what it asked for', async t => {
  const { url, next } = await upstream(t)
  const g = await gateway(t, [{ upstream: url, name: 'r', filters: [results] }])
  const arrived = next()
  const leaving = new AbortController()
  const body = JSON.stringify(call('echo'))
  const answered = fetch(`${g.url}/mcp`, { method: 'POST', headers: json, body, signal: leaving.signal })
  const [req] = await arrived
  leaving.abort()
  await t.rejects(answered)
  await settled(() => req.socket.destroyed, 'the upstream was told')
  t.strictSame(await recorded(g), { 'tools/call other - client-gone -': 1 })
})
