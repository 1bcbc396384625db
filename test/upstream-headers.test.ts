import type { Exchange, Filter } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

/** Sends lines as they are and gives the header fields that reached the upstream. */
const echo = async (
  t: Tap,
  lines: readonly string[],
  settings: Parameters<typeof gateway>[2] = {},
  cookies = false
) => {
  const { url } = await upstream(t, (req, res) => {
    req.resume()
    res.end(JSON.stringify(req.rawHeaders), 'latin1')
  })
  const g = await gateway(t, [{ upstream: { url, cookies } }], settings)
  const wire = await Wire.to(g.url)
  wire.write('GET /mcp HTTP/1.1', 'host: client.example', 'connection: close', ...lines, '', '')
  await wire.closed
  const raw = JSON.parse(/\[.*\]/.exec(wire.received)![0]) as string[]
  return raw.reduce<Record<string, string>>((fields, name, i) => {
    const lower = name.toLowerCase()
    if (i % 2 === 0) fields[lower] = fields[lower] === undefined ? raw[i + 1]! : `${fields[lower]} | ${raw[i + 1]!}`
    return fields
  }, {})
}
type Tap = Parameters<typeof gateway>[0]

t.test('MCP headers and unknown ones pass', async t => {
  const fields = {
    'mcp-session-id': 's',
    'mcp-protocol-version': '2025-11-25',
    'mcp-method': 'tools/call',
    'mcp-name': '=?base64?ZQ==?=',
    'mcp-param-region': 'eu',
    'last-event-id': '7',
    accept: 'application/json, text/event-stream',
    'x-anything': 'a, b',
    'x-latin': '\u00e9'
  }
  const got = await echo(
    t,
    Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  )
  t.match(got, fields)
  t.match(await echo(t, ['via: 1.0 fred']), { via: '1.0 fred | 1.1 sluice' })
})

t.test('credentials, framing, identity and hop-by-hop fields of the client do not pass', async t => {
  const lines = [
    'authorization: Bearer secret',
    'Authorization: Basic again',
    'cookie: a=b',
    'proxy-authorization: Basic x',
    'keep-alive: timeout=5',
    'te: trailers',
    'trailer: x-t',
    'upgrade: h2c',
    'http2-settings: AAEAAEAA',
    'proxy-connection: keep-alive',
    'connection: x-named, mcp-session-id',
    'x-named: 1',
    'mcp-session-id: stripped, since Connection names it',
    'x-sluice-principal: root',
    'x_sluice_principal: root',
    'x-sluice-error: SLUICE_FAKE',
    'x_forwarded_for: 1.1.1.1',
    'x-real-ip: 1.1.1.1',
    'proxy_authorization: Basic x',
    'transfer_encoding: chunked',
    'x.forwarded.for: 1.1.1.1',
    'x~sluice~principal: root',
    'x-request-id: mine'
  ]
  const got = await echo(t, lines)
  const expected = [
    'connection',
    'forwarded',
    'host',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto'
  ]
  t.strictSame(Object.keys(got).toSorted(), [...expected, 'x-request-id'])
  t.not(got['x-request-id'], 'mine')
  t.not(got['host'], 'client.example')
})

t.test('cookies pass where the upstream says so', async t => {
  t.match(await echo(t, ['cookie: a=b'], {}, true), { cookie: 'a=b' })
})

t.test('who asked is written by the gateway, and believed only of a trusted proxy', async t => {
  const forged = [
    'x-forwarded-for: 203.0.113.9, 198.51.100.7',
    'x-forwarded-proto: http',
    'x-forwarded-host: evil.example',
    'forwarded: for=203.0.113.9',
    'x-request-id: from-proxy'
  ]
  t.match(await echo(t, forged), {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'mcp.contoso.example',
    forwarded: 'for=127.0.0.1;host="mcp.contoso.example";proto=https'
  })
  t.match(await echo(t, forged, { trustedProxies: ['127.0.0.0/8', '198.51.100.0/24'] }), {
    'x-forwarded-for': '203.0.113.9, 198.51.100.7, 127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'mcp.contoso.example',
    forwarded: 'for=203.0.113.9, for=127.0.0.1;host="mcp.contoso.example";proto=https',
    'x-request-id': 'from-proxy'
  })
})

t.test('a proxy that is not named is told of, once', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end())
  const g = await gateway(t, [{ upstream: url }])
  for (let i = 0; i < 2; i++) await fetch(`${g.url}/mcp`, { headers: { 'x-forwarded-for': '198.51.100.7' } })
  const told = g.log.filter(line => line.level === 'warn')
  t.match(told, [{ message: /not in trustedProxies/, fields: { peer: '127.0.0.1' } }])
  t.equal(told.length, 1)
  const trusting = await gateway(t, [{ upstream: url }], { trustedProxies: ['127.0.0.1'] })
  await fetch(`${trusting.url}/mcp`, { headers: { 'x-forwarded-for': '198.51.100.7' } })
  t.strictSame(
    trusting.log.filter(line => line.level === 'warn'),
    []
  )
})

t.test('the address of the client is the nearest one that is not a trusted proxy', async t => {
  const ips: string[] = []
  const filter: Filter = { onRequest: (x: Exchange) => void ips.push(x.clientIp) }
  const settings = { filters: [filter], trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'] }
  const rows = [
    ['198.51.100.7', '198.51.100.7'],
    ['6.6.6.6, 198.51.100.7, 10.1.2.3', '198.51.100.7'],
    ['198.51.100.7, nonsense', '127.0.0.1'],
    ['2001:db8::1, fd00::2', '2001:db8::1'],
    ['10.0.0.1', '10.0.0.1'],
    ['198.51.100.7:51234', '198.51.100.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1']
  ] as const
  for (const [chain, ip] of rows) {
    await echo(t, [`x-forwarded-for: ${chain}`], settings)
    t.equal(ips.pop(), ip, chain)
  }
  await echo(t, ['x-forwarded-for: 198.51.100.7'], { filters: [filter] })
  t.equal(ips.pop(), '127.0.0.1', 'of a stranger')
})
