import t, { type Test } from 'tap'
import { configuredGateway } from './support/configured-gateway.ts'
import { contoso } from './support/contoso.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const PAGE = 'https://chat.contoso.example'
const TENANT = '11111111-2222-4333-8444-555555555555'
const jwt = { 'jwt-entra': { tenant: TENANT, authority: 'http://127.0.0.1:1', audiences: [TENANT] } }
const prm = { prm: { tenant: TENANT } }

interface Seen {
  readonly headers: Record<string, unknown>
}

/** A gateway with a real public URL, in front of an upstream that notes what reaches it. */
const company = async (t: Test, filters: readonly object[], globals: readonly object[] = []) => {
  const seen: Seen[] = []
  const { url } = await upstream(t, (req, res) => {
    seen.push({ headers: req.headers })
    res.setHeader('access-control-allow-origin', '*')
    res.setHeader('Access-Control-Allow-Credentials', 'true')
    res.setHeader('access-control-allow-private-network', 'true')
    res.setHeader('access-control-max-age', '1')
    res.setHeader('access-control-allow-headers', '*')
    res.setHeader('access-control-allow-methods', '*')
    res.setHeader('access-control-expose-headers', 'x-upstream')
    res.setHeader('Access-Control-Allow-Some-Day', '1')
    res.setHeader('Private-Network-Access-Name', 'printer')
    res.setHeader('private-network-access-id', '01:23')
    res.setHeader('timing-allow-origin', '*')
    res.setHeader('vary', 'Accept')
    res.end('from the upstream')
  })
  const gateway = await configuredGateway(t, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { host: '0.0.0.0', port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: globals,
    routes: [{ name: 'everything', path: '/mcp', upstream: `${url}/mcp`, filters }]
  })
  return { url: gateway.url.replace('0.0.0.0', '127.0.0.1'), seen, log: gateway.log }
}

const cors = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries(
    Array.from(headers).filter(([name]) => /^(?:access-control-|private-network-|timing-|vary$)/.test(name))
  )

const preflight = (url: string, origin: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', ...headers } })

t.test('a foreign page is refused before anybody looks at its token, and reaches nothing', async t => {
  const { url, seen, log } = await company(t, [jwt])
  for (const origin of ['https://evil.example', 'null', 'http://localhost:3000', `${PAGE}.evil.example`]) {
    for (const method of ['POST', 'GET', 'DELETE', 'OPTIONS']) {
      const res = await fetch(`${url}/mcp`, { method, headers: { origin, authorization: 'Bearer x' } })
      t.equal(res.status, 403, `${method} of ${origin}`)
      t.equal(res.headers.get('x-sluice-error'), 'SLUICE_ORIGIN_REFUSED')
      t.equal(res.headers.get('www-authenticate'), null)
      t.strictSame(cors(res), { vary: 'Origin' }, 'and the page cannot read why')
    }
    t.equal((await preflight(`${url}/mcp`, origin)).status, 403)
    t.equal((await preflight(`${url}/nowhere`, origin)).status, 403, 'also where no route is')
  }
  t.equal(seen.length, 0)
  t.match(log.find(line => line.fields['code'] === 'SLUICE_ORIGIN_REFUSED')?.fields, { filter: 'global/origin' })
  const answer = await (await fetch(`${url}/mcp`, { method: 'POST', headers: { origin: 'null' } })).json()
  t.match(answer, { jsonrpc: '2.0', error: { data: { code: 'SLUICE_ORIGIN_REFUSED' } } })
})

t.test('who sends no Origin is no page, and is asked for a token', async t => {
  const { url } = await company(t, [jwt])
  const res = await fetch(`${url}/mcp`, { method: 'POST' })
  t.equal(res.status, 401)
  t.strictSame(cors(res), { vary: 'Origin' })
})

t.test('an allowed page gets preflights without a token, and reads answers and errors alike', async t => {
  const { url } = await company(t, [prm, jwt], [{ origin: { allowed: [PAGE] } }])
  for (const path of ['/mcp', '/nowhere', '/.well-known/oauth-authorization-server']) {
    const res = await preflight(`${url}${path}`, PAGE, { 'access-control-request-headers': 'mcp-param-region,x-other' })
    t.equal(res.status, 204)
    t.equal(await res.text(), '')
    t.match(cors(res), {
      'access-control-allow-origin': PAGE,
      'access-control-allow-headers': /Authorization.*Last-Event-ID.*Mcp-Protocol-Version.*mcp-param-region$/,
      'access-control-allow-methods': 'GET, POST, DELETE',
      vary: 'Access-Control-Request-Headers, Origin'
    })
    t.notOk(res.headers.has('access-control-allow-credentials'))
    t.notOk(res.headers.has('x-sluice-error'), 'an answer, not a refusal')
  }
  for (const [path, status] of [
    ['/mcp', 401],
    ['/nowhere', 404],
    ['/a%2Fb', 400]
  ] as const) {
    const res = await fetch(`${url}${path}`, { method: 'POST', headers: { origin: PAGE } })
    t.equal(res.status, status)
    t.match(cors(res), {
      'access-control-allow-origin': PAGE,
      'access-control-expose-headers': /Mcp-Session-Id.*WWW-Authenticate.*X-Sluice-Error/
    })
  }
  const other = await fetch(`${url}/mcp`, { method: 'OPTIONS', headers: { origin: PAGE } })
  t.equal(other.status, 401, 'an OPTIONS that is no preflight goes through the chain')
})

t.test('the upstream’s CORS fields are replaced, and it does not see Origin', async t => {
  const { url, seen } = await company(t, [], [{ origin: { allowed: [PAGE] } }])
  const allowed = await fetch(`${url}/mcp`, { method: 'POST', headers: { origin: PAGE } })
  t.equal(await allowed.text(), 'from the upstream')
  t.strictSame(Object.keys(cors(allowed)).toSorted(), [
    'access-control-allow-origin',
    'access-control-expose-headers',
    'vary'
  ])
  t.match(cors(allowed), { 'access-control-allow-origin': PAGE, vary: 'Accept, Origin' })
  const noPage = await fetch(`${url}/mcp`, { method: 'POST' })
  t.strictSame(cors(noPage), { vary: 'Accept, Origin' })
  t.strictSame(
    seen.map(({ headers }) => headers['origin']),
    [undefined, undefined]
  )
})

t.test('the metadata is open to every page', async t => {
  const { url } = await company(t, [prm, jwt])
  for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
    for (const origin of ['https://evil.example', 'null', 'https://mcp.contoso.example']) {
      const res = await fetch(url + path, { headers: { origin } })
      t.equal(res.status, 200)
      t.strictSame(cors(res), { 'access-control-allow-origin': '*' })
      const asked = await preflight(url + path, origin, { 'access-control-request-headers': 'mcp-protocol-version' })
      t.equal(asked.status, 204)
      t.match(cors(asked), {
        'access-control-allow-origin': '*',
        'access-control-allow-headers': '*',
        'access-control-allow-methods': 'GET, HEAD'
      })
      const wrong = await fetch(url + path, { method: 'POST', headers: { origin } })
      t.equal(wrong.status, 405)
      t.equal(wrong.headers.get('access-control-allow-origin'), '*', 'errors are readable, too')
    }
  }
})

t.test('a loopback gateway is called by loopback names only, and its pages may call it', async t => {
  const { mcp } = await contoso(t)
  const { host, origin } = new URL(mcp)
  const status = async (head: string): Promise<string> => {
    const wire = await Wire.to(origin)
    wire.write('POST /mcp HTTP/1.1', ...head.split('|'), 'content-length: 0', 'connection: close', '', '')
    await wire.closed
    return wire.received.slice(9, 12)
  }
  t.equal(await status(`host: ${host}`), '401')
  t.equal(await status(`host: localhost:${new URL(mcp).port}`), '401')
  t.equal(await status(`host: ${host}|origin: http://localhost:6274`), '401')
  t.equal(await status('host: evil.example'), '403', 'a name that was made to resolve to this machine')
  t.equal(await status(`host: evil.example|origin: ${origin}`), '403')
  const rebound = await Wire.to(origin)
  rebound.write('POST /mcp HTTP/1.1', 'host: evil.example', `origin: ${origin}`, 'content-length: 0', '', '')
  t.notMatch(await rebound.until(/}/), /access-control-allow-origin/i, 'and its page cannot read why')
  t.equal(await status(`host: ${host}|origin: http://evil.example`), '403')
  t.equal(await status(`host: ${host}|origin: ${origin}|origin: http://evil.example`), '400', 'two of them')
})

t.test('where a route has an origin of its own, only that one counts for it', async t => {
  const { url } = await company(t, [{ origin: { allowed: [PAGE] } }, prm, jwt])
  t.equal((await fetch(`${url}/mcp`, { method: 'POST', headers: { origin: PAGE } })).status, 401)
  t.equal((await fetch(`${url}/nowhere`, { method: 'POST', headers: { origin: PAGE } })).status, 403)
})

t.test('an origin that would come too late stops the load', async t => {
  await t.rejects(company(t, [jwt, { origin: {} }]), /everything\/origin stands behind everything\/jwt-entra/)
  await t.rejects(company(t, [prm, { origin: {} }, jwt]), /stands in front of everything\/origin/)
  await t.rejects(company(t, [], [jwt, { origin: {} }]), /global\/origin stands behind global\/jwt-entra/)
})
