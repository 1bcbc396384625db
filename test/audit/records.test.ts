import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { verifyFiles } from '@sluice/plugin-audit/reading'
import t from 'tap'
import { recordsOf } from '../support/audit-records.ts'
import { audited, message } from '../support/audited.ts'
import { configuredGateway } from '../support/configured-gateway.ts'
import { settled } from '../support/settled.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { upstream } from '../support/upstream.ts'

/** The claims of a token. */
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>

t.test('a call has two records: what was decided, and how it ended', async t => {
  const { token, post, records } = await audited(t)
  await post(message(7, 'echo', { text: 'secret words' }))
  const { tid, oid, azp, uti } = claimsOf(token)
  const [decision, outcome, ...others] = await records()
  t.strictSame(others, [])
  const both = {
    request: /^[0-9a-f-]{36}$/,
    route: 'demo',
    tenant: tid,
    object: oid,
    client: azp,
    kind: 'user',
    uti,
    method: 'tools/call',
    tool: 'echo',
    call: 7,
    decision: 'allow',
    filter: null,
    rule: null,
    code: null,
    reason: null
  }
  const rules = { trace: null, config: /^[0-9a-f]{64}$/ }
  t.match(decision, { seq: 2, type: 'decision', ...both, status: null, ...rules })
  t.match(outcome, { seq: 3, type: 'outcome', ...both, status: 200, ended: 'complete', result: 'ok' })
  t.equal(decision!['request'], outcome!['request'])
  t.ok(
    (outcome!['duration'] as number) > 0 && (outcome!['bytesIn'] as number) > 0 && (outcome!['bytesOut'] as number) > 0
  )
  for (const name of Object.keys(rules)) t.notOk(name in outcome!, `${name} stands in the record of the decision`)
  for (const name of ['arguments', 'digest', 'name'])
    t.notOk(name in decision!, `${name} is not recorded unless asked for`)
})

t.test('a refusal, a tool that fails, and each message of a batch have records of their own', async t => {
  const { entra, post, records } = await audited(t)
  await post(message('a', 'no-such-tool'))
  await post(message(1, 'echo'), { authorization: `Bearer ${entra.issueToken({ scopes: ['mcp_admin'] })}` })
  await post([
    message(1, 'echo', { text: 'x' }),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    message(2, 'echo')
  ])
  await post('no json')
  const all = await records()
  t.match(all.slice(0, 4), [
    { type: 'decision', tool: 'no-such-tool', call: 'a', decision: 'allow' },
    { type: 'outcome', tool: 'no-such-tool', call: 'a', status: 200, result: /error/ },
    // A token without the scope is refused before its body is read.
    {
      type: 'decision',
      method: 'POST',
      tool: null,
      decision: 'deny',
      filter: 'demo/scope',
      code: 'SLUICE_SCOPE_INSUFFICIENT',
      status: 403,
      kind: 'user'
    },
    { type: 'outcome', decision: 'deny', code: 'SLUICE_SCOPE_INSUFFICIENT', status: 403, result: null }
  ])
  t.strictSame(
    all.slice(4, 10).map(({ type, method, call }) => [type, method, call]),
    ['decision', 'outcome'].flatMap(type => [
      [type, 'tools/call', 1],
      [type, 'notifications/initialized', null],
      [type, 'tools/call', 2]
    ])
  )
  t.match(all.slice(10), [
    {
      type: 'decision',
      method: 'POST',
      decision: 'deny',
      filter: 'core',
      code: 'SLUICE_MCP_JSON_INVALID',
      status: 400
    },
    { type: 'outcome', status: 400 }
  ])
})

t.test('who has not proven who they are is added up, and nothing of what they sent is recorded', async t => {
  const { entra, mcp, post, file, records } = await audited(t, { arguments: 'full' })
  const forged = entra.issueToken({ scopes: ['mcp_access'], claims: { oid: 'made-up-object' } }).slice(0, -6) + 'AAAAAA'
  for (let i = 0; i < 3; i++) await post(message(1, 'knock'), {})
  await post(message(1, 'knock'), { authorization: `Bearer ${forged}` })
  for (let i = 0; i < 2; i++) await fetch(new URL('/.well-known/oauth-protected-resource/mcp', mcp))
  await fetch(new URL('/nowhere', mcp))
  const sums = await records()
  t.strictSame(
    sums.map(({ type, route, decision, code, status, address, count }) => [
      type,
      route,
      decision,
      code,
      status,
      address,
      count
    ]),
    [
      ['summary', 'demo', 'deny', 'SLUICE_AUTH_TOKEN_MISSING', 401, '127.0.0.1', 3],
      ['summary', 'demo', 'deny', 'SLUICE_AUTH_SIGNATURE_INVALID', 401, '127.0.0.1', 1],
      ['summary', 'demo', 'allow', null, 200, '127.0.0.1', 2],
      ['summary', '-', 'deny', 'SLUICE_ROUTE_NOT_FOUND', 404, '127.0.0.1', 1]
    ]
  )
  t.equal(sums[2]!['endpoint'], '/.well-known/oauth-protected-resource/mcp')
  t.notMatch(readFileSync(file, 'utf8'), /knock|made-up-object/)
})

t.test('no token and no secret is in it, whatever a client puts where', async t => {
  const { token, post, file, records } = await audited(t, { arguments: 'full', redact: ['/iban'], names: true })
  const given = { text: `my token is ${token}`, access_token: token, password: 'hunter2', iban: 'DE00', city: 'Zürich' }
  await post(message(1, 'echo', given))
  await post(message(token, 'echo'))
  await post(message(1, token))
  await post({ jsonrpc: '2.0', id: 1, method: token })
  await post(message(1, `echo\n{"seq":1}`))
  const all = await records()
  const text = readFileSync(file, 'utf8')
  for (const secret of [token, token.split('.')[1]!, token.split('.')[2]!, 'hunter2', 'DE00']) t.notMatch(text, secret)
  t.match(text, /^[\x20-\x7e\n]*$/, 'and all of it is ASCII')
  t.match(all[0], {
    name: 'Ada',
    arguments: {
      text: 'my token is [redacted]',
      access_token: '[redacted]',
      password: '[redacted]',
      iban: '[redacted]',
      city: 'Zürich'
    }
  })
  t.strictSame(
    all.filter(({ type }) => type === 'decision').map(({ method, tool, call }) => [method, tool, call]),
    [
      ['tools/call', 'echo', 1],
      ['tools/call', 'echo', '?'],
      ['tools/call', '?', 1],
      ['?', null, 1],
      ['tools/call', '?', 1]
    ]
  )
})

t.test('with messages: false bodies are streamed, and one pair tells of the request', async t => {
  const file = join(temporaryFolder(t), 'audit.jsonl')
  const server = await upstream(t)
  const gateway = await configuredGateway(t, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: [{ audit: { file, messages: false } }],
    routes: [{ name: 'plain', path: '/mcp', upstream: server.url }]
  })
  const { hostname, port } = new URL(gateway.url)
  const client = connect(Number(port), hostname)
  client.write('POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\nfirst')
  const [req, res] = await server.next()
  t.equal(String((await once(req, 'data'))[0]), 'first', 'before the body is whole')
  client.write('x'.repeat(199_995))
  req.resume()
  await once(req, 'end')
  res.end('plain text')
  await once(client, 'data')
  client.destroy()
  await gateway.close()
  t.match(recordsOf(file), [
    { type: 'decision', method: 'POST', tool: null, call: null, object: null, decision: 'allow', status: null },
    { type: 'outcome', method: 'POST', status: 200, bytesIn: 200_000, bytesOut: 10, result: null }
  ])
})

t.test('an answer that breaks off, and a client that leaves, are told of', async t => {
  const file = join(temporaryFolder(t), 'audit.jsonl')
  const server = await upstream(t)
  const gateway = await configuredGateway(t, {
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: [{ audit: { file, messages: false } }],
    routes: [{ name: 'plain', path: '/mcp', upstream: server.url }]
  })
  const torn = fetch(`${gateway.url}/mcp`).then(response => response.text())
  const [, res] = await server.next()
  res.write('half')
  await settled(() => res.writableLength === 0, 'half is out')
  res.destroy()
  await t.rejects(torn)
  const controller = new AbortController()
  const left = fetch(`${gateway.url}/mcp`, { signal: controller.signal })
  const [, unanswered] = await server.next()
  const abandoned = once(unanswered, 'close')
  controller.abort()
  await t.rejects(left)
  await abandoned
  await gateway.close()
  t.match(recordsOf(file), [
    { type: 'decision', decision: 'allow' },
    { type: 'outcome', decision: 'error', filter: 'core', code: /SLUICE_UPSTREAM_/, ended: 'upstream-gone' },
    { type: 'decision', decision: 'allow' },
    { type: 'outcome', status: 0, decision: 'allow', ended: 'client-gone' }
  ])
})

t.test('a reload goes on with the chain, and notes the configuration', async t => {
  const file = join(temporaryFolder(t), 'audit.jsonl')
  const { url } = await upstream(t, (_req, res) => void res.end('{}'))
  const config = (more: object = {}) => ({
    publicUrl: 'https://mcp.contoso.example',
    listen: { port: 0 },
    admin: { port: 0 },
    shutdown: { grace: '0s' },
    filters: [{ audit: { file, messages: false, ...more } }],
    routes: [{ name: 'plain', path: '/mcp', upstream: url }]
  })
  const gateway = await configuredGateway(t, config())
  await fetch(`${gateway.url}/mcp`)
  await gateway.reload(config({ onFull: 'continue' }))
  await fetch(`${gateway.url}/mcp`)
  await gateway.close()
  t.match(await verifyFiles([file]), { ok: true, chains: [{ closed: true }] })
  const hashes = new Set(recordsOf(file).flatMap(({ config: hash }) => hash ?? []))
  t.equal(hashes.size, 2)
  t.match(readFileSync(file, 'utf8'), /"event":"configuration"/)
})

t.test('a call whose decision finds no room is not forwarded, though one before it in the batch did', async t => {
  const { token, mcp, records } = await audited(t, { arguments: 'full', onFull: 'refuse' })
  // Each of these characters takes six times as much in the record.
  const long = message(1, 'echo', { text: '\u007f'.repeat(2_000_000) })
  const response = await fetch(mcp, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify([long, message(2, 'echo', { text: 'x' })])
  })
  t.equal(response.status, 503)
  t.equal(response.headers.get('x-sluice-error'), 'SLUICE_AUDIT_UNAVAILABLE')
  t.notOk(
    (await records()).some(({ result }) => result === 'ok'),
    'nothing of it was carried out'
  )
})
