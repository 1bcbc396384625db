import type { Endpoint, Reply } from '@sluice/plugin-api'
import { fakeContext, type FakeContextOptions, fakeExchange } from '@sluice/test-kit'
import t from 'tap'
import type { OriginConfig } from '../src/config.ts'
import { createOrigin } from '../src/filter.ts'

const none: OriginConfig = { allowed: [], hosts: [], allowedHeaders: [] }
const onEveryAddress = { listen: { host: '0.0.0.0', port: 8080 } }
const onLoopback = { route: { publicUrl: 'http://127.0.0.1:8080/mcp' } }

const ask = (
  rawHeaders: readonly string[],
  config: Partial<OriginConfig> = {},
  context: FakeContextOptions = {},
  method = 'POST',
  endpoint?: Endpoint
): Reply | undefined => {
  const filter = createOrigin({ ...none, ...config }, fakeContext(context))
  return filter.onRequest?.(fakeExchange({ rawHeaders, method, ...(endpoint && { endpoint }) })) as Reply | undefined
}

void t.test('which origins may call', async t => {
  const allowed = ['https://chat.contoso.example:443', 'vscode-webview://abc', 'http://INTRANET:8080']
  const table: readonly [string, 'passes' | 'refused', FakeContextOptions?][] = [
    ['https://mcp.contoso.example', 'passes'],
    ['https://chat.contoso.example', 'passes'],
    ['vscode-webview://abc', 'passes'],
    ['http://intranet:8080', 'passes'],
    ['http://localhost:6274', 'passes'],
    ['https://127.0.0.1', 'passes'],
    ['http://[::1]:3000', 'passes'],
    ['http://localhost:6274', 'refused', onEveryAddress],
    ['http://127.0.0.1:8080', 'refused', onEveryAddress],
    ['http://127.0.0.1:8080', 'passes', { ...onEveryAddress, ...onLoopback }],
    ['http://localhost:1', 'passes', { listen: { host: '::1', port: 8080 } }],
    ['http://localhost:1', 'refused', { listen: { host: '::', port: 8080 } }],
    ['null', 'refused'],
    ['', 'refused'],
    ['*', 'refused'],
    ['https://evil.example', 'refused'],
    ['http://mcp.contoso.example', 'refused'],
    ['https://mcp.contoso.example:8443', 'refused'],
    ['https://mcp.contoso.example.evil.example', 'refused'],
    ['https://evilmcp.contoso.example', 'refused'],
    ['https://mcp.contoso.example/', 'refused'],
    ['https://mcp.contoso.example, https://evil.example', 'refused'],
    ['http://localhost.evil.example', 'refused'],
    ['http://localhost:6274@evil.example', 'refused'],
    ['http://127.0.0.1.evil.example', 'refused'],
    ['http://1270.0.0.1', 'refused'],
    ['vscode-webview://abcd', 'refused']
  ]
  for (const [origin, verdict, context = {}] of table) {
    const reply = ask(['Origin', origin, 'Host', '127.0.0.1'], { allowed }, context)
    t.equal(reply?.code, verdict === 'passes' ? undefined : 'SLUICE_ORIGIN_REFUSED', `${origin} ${verdict}`)
  }
  t.equal(ask(['Host', 'x']), undefined, 'no Origin')
  t.throws(() => ask([], { allowed: ['https://a.example', 'https://a.example:99999'] }), {
    message: /https:\/\/a.example:99999 is no origin/,
    configPath: ['allowed', 1]
  })
})

void t.test('which hosts may be named, where the public URL is a loopback address', async t => {
  const hosts = ['host.docker.internal', 'Gateway:8080']
  const table: readonly [string, boolean][] = [
    ['127.0.0.1:8080', true],
    ['127.0.0.1', true],
    ['LOCALHOST:9', true],
    ['[::1]:8080', true],
    ['host.docker.internal:8080', true],
    ['gateway:8080', true],
    ['gateway', false],
    ['gateway:8081', false],
    ['evil.example', false],
    ['localhost.evil.example:8080', false],
    ['127.0.0.1.evil.example', false]
  ]
  for (const [host, passes] of table) {
    const reply = ask(['Host', host], { hosts }, onLoopback)
    t.equal(reply?.code, passes ? undefined : 'SLUICE_ORIGIN_HOST_REFUSED', host)
  }
  t.match(ask([], {}, onLoopback), { code: 'SLUICE_ORIGIN_HOST_REFUSED' }, 'no host at all')
  t.equal(ask(['Host', 'evil.example']), undefined, 'any other public URL')
  const open: Endpoint = { methods: ['GET'], path: '/mcp', cors: 'any', handle: () => ({ status: 200 }) }
  t.match(ask(['Host', 'evil.example'], {}, onLoopback, 'GET', open), { code: 'SLUICE_ORIGIN_HOST_REFUSED' })
})

void t.test('a preflight names what pages may send, and of unknown names only those of Mcp-Param', async t => {
  const headers = [
    'Origin',
    'https://mcp.contoso.example',
    'Access-Control-Request-Method',
    'POST',
    'Access-Control-Request-Headers',
    'mcp-param-region, Mcp-Param-Größe,x-evil, mcp-param-, authorization, mcp-param-a\tb,mcp-param-x!'
  ]
  const reply = ask(headers, { allowedHeaders: ['X-Contoso-Region'] }, {}, 'OPTIONS')
  t.match(reply, { status: 204, code: undefined })
  const fields = new Map(reply?.headers)
  t.match(
    fields.get('access-control-allow-headers'),
    /, Mcp-Session-Id, .*, X-Contoso-Region, mcp-param-region, mcp-param-x!$/
  )
  t.notMatch(fields.get('access-control-allow-headers'), /evil|Gr|\t/)
  t.equal(fields.get('access-control-allow-methods'), 'GET, POST, DELETE')
  t.equal(ask(headers.slice(0, 2), {}, {}, 'OPTIONS'), undefined, 'any other OPTIONS is a request like all')
  t.equal(ask(headers, {}, {}, 'POST'), undefined)
  t.match(ask(['Origin', 'null', ...headers.slice(2)], {}, {}, 'OPTIONS'), { code: 'SLUICE_ORIGIN_REFUSED' })
})
