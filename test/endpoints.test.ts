import type { Endpoint, Filter, HeaderList, Plugin } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { told } from './support/log.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const owning = (endpoint: Partial<Endpoint>): Filter => ({
  endpoints: [
    { methods: ['GET', 'POST'], path: '/.well-known/x', handle: () => ({ status: 200, body: 'mine' }), ...endpoint }
  ]
})

t.test('an endpoint beats routes, and only the filters in front of its owner see it', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('upstream'))
  const seen: string[] = []
  const noting = (name: string): Filter => ({ onRequest: x => void seen.push(`${name} ${x.endpoint?.path}`) })
  const refusing: Filter = { onRequest: () => ({ status: 401, code: 'TEST_401', reason: 'no token' }) }
  const filters = [noting('before'), owning({}), noting('after'), refusing]
  const g = await gateway(t, [{ upstream: url, path: '/', prefix: true, filters }])
  t.equal(await (await fetch(`${g.url}/.well-known/x`)).text(), 'mine')
  t.strictSame(seen, ['before /.well-known/x'])
  t.equal((await fetch(`${g.url}/other`)).status, 401)
})

t.test('a wrong method is 405 with Allow', async t => {
  const { url } = await upstream(t)
  const g = await gateway(t, [{ upstream: url, filters: [owning({})] }])
  const res = await fetch(`${g.url}/.well-known/x`, { method: 'DELETE' })
  t.equal(res.status, 405)
  t.equal(res.headers.get('allow'), 'GET, POST')
  t.match(await res.json(), { error: { code: 'SLUICE_METHOD_NOT_ALLOWED' } })
})

t.test('a body is read only of the types and size that the endpoint takes', async t => {
  const { url } = await upstream(t)
  const endpoint = owning({
    body: { types: ['application/json'], maxBytes: 10 },
    handle: (_x, body) => ({ status: 200, body: `${String(body)}!` })
  })
  const g = await gateway(t, [{ upstream: url, filters: [endpoint] }])
  const post = (body: string, type: string) =>
    fetch(`${g.url}/.well-known/x`, { method: 'POST', body, headers: { 'content-type': type } })
  t.equal(await (await post('{"a":1}', 'Application/JSON; charset=utf-8')).text(), '{"a":1}!')
  const wrong = await post('a=1', 'application/x-www-form-urlencoded')
  t.equal(wrong.status, 415)
  const large = await post('x'.repeat(200_000), 'application/json')
  t.equal(large.status, 413)
})

t.test('an endpoint writes what is refused in its own form, and the rest of the refusal stays', async t => {
  const { url } = await upstream(t)
  const headers: HeaderList = [
    ['retry-after', '7'],
    ['Content-Type', 'application/json']
  ]
  const rpc = { code: -32001, message: 'for the client' }
  const refusing: Filter = {
    onRequest: x =>
      x.query === '' ? undefined : { status: 429, code: 'TEST_429', reason: 'for the log', headers, rpc }
  }
  const form: Partial<Endpoint> = {
    writeRefusal: notice => ({ headers: [['content-type', 'text/plain']], body: JSON.stringify(notice) }),
    handle: () => ({ status: 400, code: 'TEST_OWN', body: 'its own' })
  }
  const g = await gateway(t, [{ upstream: url, filters: [refusing, owning(form)] }])
  const limited = await fetch(`${g.url}/.well-known/x?limited`, { method: 'POST' })
  const requestId = limited.headers.get('x-request-id')
  t.strictSame(await limited.json(), { status: 429, code: 'TEST_429', message: 'for the client', requestId })
  t.equal(limited.status, 429)
  t.equal(limited.headers.get('retry-after'), '7')
  t.equal(limited.headers.get('content-type'), 'text/plain')
  const method = await fetch(`${g.url}/.well-known/x`, { method: 'DELETE' })
  t.match(await method.json(), { status: 405, code: 'SLUICE_METHOD_NOT_ALLOWED' })
  t.equal(method.headers.get('allow'), 'GET, POST')
  t.equal(await (await fetch(`${g.url}/.well-known/x`)).text(), 'its own')
})

const badForms: Record<string, unknown> = {
  'that throws': () => {
    throw new Error('no form')
  },
  'without a body': () => ({ headers: [] }),
  'without fields': () => ({ body: '' }),
  later: async () => ({ headers: [], body: '' }),
  'with a field of the framing': () => ({ headers: [['trailer', 'x']], body: '' })
}
for (const [what, writeRefusal] of Object.entries(badForms)) {
  t.test(`a form ${what} leaves the refusal as it is, and is logged`, async t => {
    const { url } = await upstream(t)
    const g = await gateway(t, [{ upstream: url, filters: [owning({ writeRefusal } as Partial<Endpoint>)] }])
    const res = await fetch(`${g.url}/.well-known/x`, { method: 'DELETE' })
    t.equal(res.status, 405)
    t.equal(res.headers.get('allow'), 'GET, POST')
    t.match(await res.json(), { error: { code: 'SLUICE_METHOD_NOT_ALLOWED' } })
    t.ok(told(g).some(line => line.message === 'a filter failed'))
  })
}

t.test('a path claimed whenSole exists only if one filter claims it', async t => {
  const { url } = await upstream(t)
  const sole = () => owning({ whenSole: true })
  const one = await gateway(t, [{ upstream: url, filters: [sole()] }])
  t.equal((await fetch(`${one.url}/.well-known/x`)).status, 200)
  const two = await gateway(t, [
    { upstream: url, filters: [sole()] },
    { upstream: url, path: '/b', filters: [sole()] }
  ])
  t.equal((await fetch(`${two.url}/.well-known/x`)).status, 404)
  const firm = await gateway(t, [
    { upstream: url, filters: [sole()] },
    { upstream: url, path: '/b', filters: [owning({ handle: () => ({ status: 200, body: 'firm' }) })] }
  ])
  t.equal(await (await fetch(`${firm.url}/.well-known/x`)).text(), 'firm')
})

t.test('a route without host is on every host: there, the root is not meant by one alone', async t => {
  const { url } = await upstream(t)
  const sole = (body: string) => owning({ whenSole: true, handle: () => ({ status: 200, body }) })
  const g = await gateway(t, [
    { upstream: url, path: '/a', name: 'any', filters: [sole('any')] },
    { upstream: url, path: '/b', name: 'own', host: 'own.example', filters: [sole('own')] }
  ])
  for (const host of ['own.example', 'other.example']) {
    const wire = await Wire.to(g.url)
    wire.write('GET /.well-known/x HTTP/1.1', `host: ${host}`, 'connection: close', '', '')
    await wire.closed
    t.match(wire.received, / 404 /, host)
  }
})

t.test('a cautious client is told to send its body', async t => {
  const { url } = await upstream(t)
  const endpoint = owning({
    body: { types: ['text/plain'], maxBytes: 10 },
    handle: (_x, body) => ({ status: 200, body: `${String(body)}!` })
  })
  const g = await gateway(t, [{ upstream: url, filters: [endpoint] }])
  const wire = await Wire.to(g.url)
  wire.write(
    'POST /.well-known/x HTTP/1.1',
    'host: x',
    'content-type: text/plain',
    'content-length: 2',
    'expect: 100-continue',
    '',
    ''
  )
  await wire.until(/100 Continue/)
  wire.write('ab')
  await wire.until(/200 OK[^]*ab!$/)
  wire.socket.destroy()
})

t.test('a client that leaves while it sends its body is nobody’s failure', async t => {
  const { url } = await upstream(t)
  let handled = 0
  const ends: string[] = []
  const endpoint = owning({
    methods: ['POST'],
    body: { types: ['text/plain'], maxBytes: 1000 },
    handle: () => (handled++, { status: 200 })
  })
  const watching: Filter = { onFinish: end => void ends.push(end.ended) }
  const g = await gateway(t, [{ upstream: url, filters: [watching, endpoint] }])
  const wire = await Wire.to(g.url)
  wire.write('POST /.well-known/x HTTP/1.1', 'host: x', 'content-type: text/plain', 'content-length: 100', '', 'abc')
  const metrics = async () => (await fetch(`${g.adminUrl}/metrics`)).text()
  await metrics()
  wire.socket.destroy()
  while (ends.length === 0) await metrics()
  t.strictSame(ends, ['client-gone'])
  t.equal(handled, 0)
  t.strictSame(
    g.log.filter(({ level }) => level === 'error'),
    []
  )
})

t.test('two owners of one path stop the start, naming both', async t => {
  const { url } = await upstream(t)
  const routes = ['a', 'b'].map(name => ({ upstream: url, name, path: `/${name}`, filters: [owning({})] }))
  await t.rejects(gateway(t, routes), /b\/f0 and a\/f0 both answer \/\.well-known\/x/)
})

t.test('an owner behind a provider of principal stops the start', async t => {
  const { url } = await upstream(t)
  const provider: Plugin = {
    name: 'auth',
    version: '1',
    api: 1,
    configSchema: {},
    provides: ['principal'],
    create: () => ({})
  }
  await t.rejects(
    gateway(t, [{ upstream: url, filters: [provider, owning({})] }]),
    /Put route0\/f1 in front of route0\/auth/
  )
})
