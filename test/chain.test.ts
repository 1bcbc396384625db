import type { Challenge, Decision, Exchange, Filter, Plugin, Reply } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { told } from './support/log.ts'
import { upstream } from './support/upstream.ts'

const later = <T>(value: T): Promise<T> => new Promise(resolve => setImmediate(resolve, value))

/** A filter that notes its hooks under its name, waiting or not. */
const noting = (name: string, notes: string[], asynchronous: boolean, reply?: Reply): Filter => {
  const note = <T>(hook: string, value: T): T | Promise<T> => {
    notes.push(`${name}.${hook}`)
    return asynchronous ? later(value) : value
  }
  return {
    onRequest: () => note('onRequest', reply),
    onUpstream: () => note('onUpstream', undefined),
    onResponse: () => note('onResponse', undefined),
    onFinish: () => void notes.push(`${name}.onFinish`)
  }
}

for (const asynchronous of [false, true]) {
  const kind = asynchronous ? 'asynchronous' : 'synchronous'
  t.test(`${kind} hooks run in order, and in reverse on the way back`, async t => {
    const notes: string[] = []
    const { url } = await upstream(t, (_req, res) => {
      notes.push('upstream')
      res.end('answer')
    })
    const filters = ['a', 'b'].map(name => noting(name, notes, asynchronous))
    const g = await gateway(t, [{ upstream: url, filters: [noting('c', notes, asynchronous)] }], { filters })
    t.equal(await (await fetch(`${g.url}/mcp`)).text(), 'answer')
    await g.close()
    const reversed = (hook: string) => ['c', 'b', 'a'].map(name => `${name}.${hook}`)
    t.strictSame(notes, [
      ...['a', 'b', 'c'].map(name => `${name}.onRequest`),
      ...reversed('onUpstream'),
      'upstream',
      ...reversed('onResponse'),
      ...reversed('onFinish')
    ])
  })

  t.test(`a reply of a ${kind} hook ends the chain, and all filters see how`, async t => {
    const notes: string[] = []
    const { url } = await upstream(t, (_req, res) => {
      notes.push('upstream')
      res.end()
    })
    const decisions: (readonly Decision[])[] = []
    const audit: Filter = { onFinish: (_end, x: Exchange) => void decisions.push(x.decisions) }
    const refuse = { status: 403, code: 'TEST_NO', reason: 'not you' }
    const filters = [audit, noting('a', notes, asynchronous), noting('b', notes, asynchronous, refuse)]
    const g = await gateway(t, [{ upstream: url, filters: [...filters, noting('c', notes, asynchronous)] }])
    const res = await fetch(`${g.url}/mcp`, { method: 'POST', body: '{}' })
    t.equal(res.status, 403)
    t.equal(res.headers.get('x-sluice-error'), 'TEST_NO')
    t.equal(res.headers.get('cache-control'), 'no-store')
    const requestId = res.headers.get('x-request-id')
    const error = { code: -32000, message: 'not you', data: { code: 'TEST_NO', requestId } }
    t.strictSame(await res.json(), { jsonrpc: '2.0', id: null, error })
    await g.close()
    const end = ['onResponse', 'onFinish'].flatMap(hook => ['c', 'b', 'a'].map(name => `${name}.${hook}`))
    t.strictSame(notes, ['a.onRequest', 'b.onRequest', ...end])
    t.strictSame(decisions, [[{ filter: 'route0/f2', outcome: 'deny', code: 'TEST_NO', reason: 'not you' }]])
  })

  t.test(`a ${kind} hook that throws is a 500, and the answer passes the hooks not yet run`, async t => {
    const { url } = await upstream(t, (_req, res) => void res.end('answer'))
    const notes: string[] = []
    const boom = (): Promise<undefined> => {
      if (asynchronous) return later(undefined).then(() => Promise.reject(new Error('boom')))
      throw new Error('boom')
    }
    for (const hook of ['onRequest', 'onUpstream', 'onResponse'] as const) {
      notes.length = 0
      const note = (name: string): Filter => ({ onResponse: () => void notes.push(name) })
      const g = await gateway(t, [{ upstream: url, filters: [note('first'), { [hook]: boom }, note('last')] }])
      const res = await fetch(`${g.url}/mcp`)
      t.equal(res.status, 500, hook)
      t.match(await res.json(), { error: { code: 'SLUICE_FILTER_FAILED' } })
      t.strictSame(notes, ['last', 'first'], 'each onResponse has run once')
      t.match(
        g.log.find(line => line.level === 'error'),
        { fields: { entry: 'route0/f1' } }
      )
      t.equal((await fetch(`${g.url}/nowhere`)).status, 404, 'and nothing else suffers')
    }
  })
}

t.test('a late onResponse holds the head back, and can still withhold the answer, for every method', async t => {
  const { url } = await upstream(t, (_req, res) => {
    res.writeHead(202, { 'x-theirs': 'kept', 'content-length': '0' }).end()
  })
  let fails = false
  const late: Filter = {
    onResponse: async head => {
      await later(undefined)
      await new Promise(resolve => setImmediate(resolve))
      if (fails && head.source === 'upstream') throw new Error('withheld')
    }
  }
  const g = await gateway(t, [{ upstream: url, filters: [late] }])
  for (fails of [false, true]) {
    for (const method of ['HEAD', 'GET', 'POST']) {
      const res = await fetch(`${g.url}/mcp`, { method })
      t.equal(res.status, fails ? 500 : 202, method)
      t.equal(res.headers.get('x-theirs'), fails ? null : 'kept')
    }
  }
})

t.test('an onFinish that rejects is logged, and nothing else suffers', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  const failing = { onFinish: async () => Promise.reject(new Error('the sink is down')) }
  const g = await gateway(t, [{ upstream: url, filters: [failing] }])
  for (let i = 0; i < 2; i++) t.equal(await (await fetch(`${g.url}/mcp`)).text(), 'answer')
  await g.close()
  t.equal(g.log.filter(line => line.level === 'error' && line.fields['entry'] === 'route0/f0').length, 2)
})

t.test('what is no reply is a 500 that names the filter, and each onResponse runs once', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('answer'))
  let runs = 0
  const counting: Filter = { onResponse: () => void runs++ }
  const replies: unknown[] = [
    true,
    {},
    { status: 'no' },
    { status: 99 },
    { status: 200, headers: [['x-a', 'snow\u2603']] }
  ]
  let reply: unknown
  const g = await gateway(t, [{ upstream: url, filters: [counting, { onRequest: () => reply as Reply }] }])
  for (reply of replies) {
    runs = 0
    const res = await fetch(`${g.url}/mcp`)
    t.equal(res.status, 500)
    t.equal(res.headers.get('x-sluice-error'), 'SLUICE_FILTER_FAILED')
    t.equal(runs, 1)
    t.match(told(g).at(-1), { level: 'error', fields: { entry: 'route0/f1', code: 'SLUICE_FILTER_FAILED' } })
  }
})

t.test("a challenge cannot be added to an upstream's answer", async t => {
  const { url } = await upstream(t, (_req, res) => void res.writeHead(403).end())
  const adding: Filter = {
    onResponse: head =>
      void (head.source === 'upstream' && head.challenges.push({ scheme: 'Bearer', params: new Map() }))
  }
  const g = await gateway(t, [{ upstream: url, filters: [adding] }])
  t.equal((await fetch(`${g.url}/mcp`)).status, 500, 'it must not believe that it was sent')
})

t.test('every refusal and every fault is a line in the log, with its request id', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end())
  const refusing: Filter = { onRequest: x => ({ status: Number(x.query), code: 'TEST_NO', reason: 'no' }) }
  const g = await gateway(t, [{ upstream: url, filters: [refusing] }])
  for (const [status, level] of [
    ['403', 'info'],
    ['503', 'warn']
  ] as const) {
    const res = await fetch(`${g.url}/mcp?${status}`)
    const fields = {
      request: res.headers.get('x-request-id'),
      filter: 'route0/f0',
      code: 'TEST_NO',
      status: Number(status)
    }
    t.match(told(g), [{ level, fields }])
    ;(g.log as unknown[]).length = 0
  }
})

t.test('a reply without a code is an answer, and leaves no decision', async t => {
  const { url } = await upstream(t)
  let decided: readonly Decision[] | undefined
  const answers: Filter = {
    onRequest: () => ({ status: 200, headers: [['content-type', 'text/plain']], body: 'mine' }),
    onFinish: (_end, x) => void (decided = x.decisions)
  }
  const g = await gateway(t, [{ upstream: url, filters: [answers] }])
  const res = await fetch(`${g.url}/mcp`)
  t.equal(await res.text(), 'mine')
  t.equal(res.headers.get('x-sluice-error'), null)
  const head = await fetch(`${g.url}/mcp`, { method: 'HEAD' })
  t.equal(head.headers.get('content-length'), '4')
  await g.close()
  t.strictSame(decided, [])
})

t.test('challenges are completed by other filters and written by the core', async t => {
  const { url } = await upstream(t)
  const params = new Map([['error_description', 'a "quote" \\ \r\nx: y \u2603']])
  const challenge: Challenge = { scheme: 'Bearer', params }
  const refusing: Filter = {
    onRequest: () => ({ status: 401, code: 'TEST_401', reason: 'no', challenges: [challenge] })
  }
  const scoping: Filter = { onResponse: head => void (head.challenges[0]!.scopes = ['a', 'b']) }
  const naming: Filter = {
    onResponse: ({ challenges: [first] }) => {
      first!.params.set('resource_metadata', 'https://x/y')
      first!.qualify = bare => `api://z/${bare}`
    }
  }
  const g = await gateway(t, [
    { upstream: url, filters: [naming, scoping, refusing] },
    {
      upstream: url,
      path: '/bare',
      filters: [
        { onRequest: () => ({ status: 401, code: 'X', challenges: [{ scheme: 'Bearer', params: new Map() }] }) }
      ]
    }
  ])
  const written =
    'Bearer error_description="a \\"quote\\" \\\\ x: y ", resource_metadata="https://x/y", scope="api://z/a api://z/b"'
  for (let i = 0; i < 2; i++) t.equal((await fetch(`${g.url}/mcp`)).headers.get('www-authenticate'), written)
  t.strictSame([...challenge.params.keys()], ['error_description'], "the filter's own challenge is as it was")
  const bare = await fetch(`${g.url}/bare`)
  t.equal(bare.headers.get('www-authenticate'), 'Bearer realm="https://mcp.contoso.example/bare"')
})

t.test('facts cross from one filter to another, and stay with their exchange', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end())
  const plugin = (name: string, create: Plugin['create']): Plugin => ({
    name,
    version: '1',
    api: 1,
    configSchema: {},
    create
  })
  const seen: unknown[] = []
  const setter = plugin('setter', (_config, ctx) => {
    const fact = ctx.fact<string>('colour')
    return { onRequest: x => void (x.query !== '' && fact.set(x, x.query)) }
  })
  const getter = plugin('getter', (_config, ctx) => {
    const fact = ctx.fact<string>('colour')
    return { onRequest: x => void seen.push(fact.get(x)) }
  })
  const g = await gateway(t, [{ upstream: url, filters: [setter, getter] }])
  for (const query of ['?red', '', '?blue']) await fetch(`${g.url}/mcp${query}`)
  t.strictSame(seen, ['red', undefined, 'blue'])
})

t.test('shared values belong to the entry, and are let go of with their last user', async t => {
  const { url } = await upstream(t)
  const log: string[] = []
  const plugin: Plugin = {
    name: 'sharing',
    version: '1',
    api: 1,
    configSchema: {},
    create: (_config, ctx) => {
      ctx.shared(
        'one',
        () => log.push(`make ${ctx.entry}`),
        () => void log.push(`dispose ${ctx.entry}`)
      )
      ctx.sharedAcross(
        'two',
        () => log.push('make across'),
        () => void log.push('dispose across')
      )
      return { onClose: () => void log.push(`close ${ctx.route.name}`) }
    }
  }
  const routes = ['a', 'b'].map(name => ({
    upstream: url,
    name,
    path: `/${name}`,
    filters: name === 'b' ? [plugin] : []
  }))
  const g = await gateway(t, routes, { filters: [plugin] })
  t.strictSame(log, ['make global/sharing', 'make across', 'make b/sharing'])
  log.length = 0
  await g.close()
  const closed = ['close a', 'close b', 'close b', 'close -']
  t.strictSame(log, [...closed, 'dispose global/sharing', 'dispose across', 'dispose b/sharing'])
})

t.test('where no route matches, the global filters run, then it is 404', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('hello'))
  const routes: string[] = []
  const g = await gateway(
    t,
    [
      { upstream: url, path: '/mcp' },
      { upstream: url, path: '/p', prefix: true, name: 'p' },
      { upstream: url, path: '/p/q/r', prefix: true, name: 'pqr' },
      { upstream: url, path: '/mcp', host: 'own.example', name: 'own' }
    ],
    { filters: [{ onRequest: x => void routes.push(x.route.name) }] }
  )
  const rows = {
    '/mcp': 'route0',
    '/mcp/': '-',
    '/MCP': '-',
    '/p': 'p',
    '/p/': 'p',
    '/px': '-',
    '/p/q/rr': 'p',
    '/p/q/r/s': 'pqr'
  }
  for (const [path, name] of Object.entries(rows)) {
    const res = await fetch(g.url + path)
    t.equal(routes.pop(), name, path)
    t.equal(res.status, name === '-' ? 404 : 200)
    if (name === '-') t.match(await res.json(), { error: { code: 'SLUICE_ROUTE_NOT_FOUND' } })
  }
})

t.test('a reply that would write framing, or a status that is none, is a fault of its filter', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  for (const headers of [[['content-length', '2']], [['transfer-encoding', 'chunked']], [['x', 'a\r\nb']]]) {
    const filter = { onRequest: () => ({ status: 200, body: 'hello', headers: headers as never }) }
    const g = await gateway(t, [{ upstream: url, filters: [filter] }])
    const res = await fetch(`${g.url}/mcp`)
    t.equal(res.status, 500)
    t.equal(res.headers.get('x-sluice-error'), 'SLUICE_FILTER_FAILED')
  }
  const endpoints = [{ methods: ['GET'], path: '/own', handle: () => ({ status: 99 }) }]
  const g = await gateway(t, [{ upstream: url, filters: [{ endpoints }] }])
  t.equal((await fetch(`${g.url}/own`)).status, 500)
})
