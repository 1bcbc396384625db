import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Deadline, Decision, Filter, Finish, Plugin } from '@sluice/plugin-api'
import t, { type Test } from 'tap'
import { Clock } from './support/clock.ts'
import { gateway } from './support/gateway.ts'
import readsEverything from './support/reads-everything.ts'
import { settled } from './support/settled.ts'
import { upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'
import { told } from './support/log.ts'

const reply = { status: 504, code: 'TEST_OVER', reason: 'its time is over' }

interface Ended {
  readonly end: Finish
  readonly decisions: readonly Decision[]
}

/** A gateway where streams have ten seconds and calls twenty, whose clock stands still. */
const scene = async (t: Test, more: readonly (Filter | Plugin)[] = [], deadline: Partial<Deadline> = {}) => {
  const clock = new Clock()
  t.teardown(() => clock.restore())
  const server = await upstream(t)
  const ends: Ended[] = []
  const filter: Filter = {
    onRequest(x) {
      const now = clock.seconds * 1000
      x.endBy({ filter: 'route0/f0', streamsAt: now + 10_000, callsAt: now + 20_000, reply, ...deadline })
      return undefined
    },
    onFinish: (end, { decisions }) => void ends.push({ end, decisions })
  }
  const filters = [filter, ...more]
  const g = await gateway(t, [{ upstream: server.url, filters }], { patience: { lookMs: 2 } })
  /** Asks by hand, and waits for the upstream to have the request. */
  const ask = async (method: string, fields: readonly string[] = [], body = '') => {
    const arrived = server.next()
    const wire = await Wire.to(g.url)
    const length = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]
    wire.write(`${method} /mcp HTTP/1.1`, 'host: x', ...fields, ...length, '', body)
    const [req, res] = await arrived
    req.resume()
    return { wire, res }
  }
  /** Waits until the gateway says of all that it ended. */
  const expired = async (count = 1): Promise<void> => {
    await settled(
      () => g.log.filter(({ message }) => message.startsWith('ended, for its time')).length === count,
      'ended'
    )
  }
  return { clock, g, ends, ask, expired }
}

const stream = (res: ServerResponse, fields: Record<string, string> = {}): ServerResponse =>
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...fields })

/** The chunks of an answer, put together; of one that broke off, too. */
const bodyOf = ({ received }: Wire): string => {
  let rest = received.slice(received.indexOf('\r\n\r\n') + 4)
  let body = ''
  for (let at = rest.indexOf('\r\n'); at > 0; at = rest.indexOf('\r\n')) {
    const size = Number.parseInt(rest.slice(0, at), 16)
    body += rest.slice(at + 2, at + 2 + size)
    rest = rest.slice(at + 4 + size)
  }
  return body
}
const endsCleanly = ({ received }: Wire): boolean => received.endsWith('0\r\n\r\n')

t.test('a stream ends between two events, and the upstream is let go of', async t => {
  for (const readsMessages of [false, true]) {
    const { clock, ends, ask, g, expired } = await scene(t, readsMessages ? [readsEverything] : [])
    const { wire, res } = await ask('GET')
    const gone = once(res, 'close')
    stream(res).write('data: {"a":1}\n\ndata: {"b":')
    await wire.until(readsMessages ? /"a":1/ : /"b":/)
    clock.advance(9)
    const other = await ask('GET')
    stream(other.res).end()
    await other.wire.until(/0\r\n\r\n/)
    t.notOk(endsCleanly(wire))
    clock.advance(1)
    await expired()
    if (!readsMessages) res.write('2}\n\ndata: {"c":3}\n\n')
    await gone
    await wire.until(/0\r\n\r\n/)
    t.equal(bodyOf(wire), readsMessages ? 'data: {"a":1}\n\n' : 'data: {"a":1}\n\ndata: {"b":2}\n\n')
    await settled(() => ends.length === 2, 'both have ended')
    t.match(ends[1], {
      end: { status: 200, ended: 'expired' },
      decisions: [{ filter: 'route0/f0', outcome: 'deny', code: 'TEST_OVER', reason: 'its time is over' }]
    })
    t.equal(ends[1]!.end.bytesOut, bodyOf(wire).length)
    t.match(told(g), [
      { level: 'info', fields: { route: 'route0', filter: 'route0/f0', code: 'TEST_OVER', kind: 'stream' } }
    ])
    wire.write('GET /mcp HTTP/1.1', 'host: x', '', '')
  }
})

t.test('what cannot be ended between two events is torn', async t => {
  const table: Record<string, readonly [Record<string, string>, string]> = {
    'an event that never becomes whole': [{}, 'data: a\n\ndata: b'],
    'a content coding': [{ 'content-encoding': 'gzip' }, 'data: a\n\n'],
    'a length': [{ 'content-length': '100' }, 'data: a\n\n']
  }
  for (const [name, [fields, text]] of Object.entries(table)) {
    const { clock, ask, ends, expired } = await scene(t)
    const { wire, res } = await ask('GET')
    stream(res, fields).write(text)
    await wire.until(/data: a/)
    clock.advance(10)
    await expired()
    clock.advance(2)
    await wire.closed
    t.notOk(endsCleanly(wire), name)
    await settled(() => ends.length === 1, 'ended')
    t.match(ends, [{ end: { ended: 'expired' } }], name)
  }
})

t.test('a call has longer, and is answered if nothing of an answer is out', async t => {
  const { clock, ask, ends, g, expired } = await scene(t)
  const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'x' } }
  const silent = await ask('POST', [], JSON.stringify(call))
  const json = await ask('POST', [], JSON.stringify(call))
  json.res.writeHead(200, { 'content-type': 'application/json' }).write('{"half":')
  const events = await ask('POST', ['mcp-method: tools/call'], JSON.stringify(call))
  stream(events.res).write('data: 1\n\n')
  const got = await ask('GET')
  await events.wire.until(/data: 1/)
  await json.wire.until(/half/)
  clock.advance(19)
  const listening = await ask('POST', ['mcp-method: subscriptions/listen'], JSON.stringify(call))
  stream(listening.res).write('data: 2\n\n')
  await listening.wire.until(/data: 2/)
  clock.advance(1)
  await expired(4)
  const gone = [silent, json, events, got].map(async ({ res }) => res.closed || once(res, 'close'))
  await Promise.all(gone)
  await silent.wire.until(/TEST_OVER[^]*}$/)
  t.match(silent.wire.received, /^HTTP\/1\.1 504 [^]*x-sluice-error: TEST_OVER[^]*"jsonrpc":"2\.0"/)
  t.match(await got.wire.until(/TEST_OVER[^]*}$/), /^HTTP\/1\.1 504 /, 'a GET without an answer is no stream')
  await json.wire.closed
  t.notOk(endsCleanly(json.wire), 'half a JSON text is torn')
  t.equal(bodyOf(events.wire), 'data: 1\n\n')
  t.ok(endsCleanly(events.wire))
  t.notOk(endsCleanly(listening.wire))
  clock.advance(9)
  await expired(5)
  await listening.wire.until(/0\r\n\r\n/)
  await settled(() => ends.length === 5, 'all have ended')
  t.ok(ends.every(({ end }) => end.ended === 'expired'))
  const metrics = await (await fetch(`${g.adminUrl}/metrics`)).text()
  t.match(metrics, 'sluice_expired_total{route="route0",kind="call"} 4')
  t.match(metrics, 'sluice_expired_total{route="route0",kind="stream"} 1')
})

t.test('where messages are read the body says what stays open, and a call is told why it ended', async t => {
  const { clock, ask, expired } = await scene(t, [readsEverything])
  const message = (method: string) => JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: {} })
  const subscription = await ask('POST', [], message('subscriptions/listen'))
  stream(subscription.res).flushHeaders()
  const call = await ask('POST', [], message('tools/list'))
  stream(call.res).write('data: {"a":1}\n\ndata: {"b":')
  await subscription.wire.until(/event-stream/)
  await call.wire.until(/"a":1/)
  clock.advance(10)
  await expired()
  await subscription.wire.until(/0\r\n\r\n/)
  t.equal(bodyOf(subscription.wire), '', 'no answer is made up for a subscription')
  clock.advance(10)
  await expired(2)
  await call.wire.until(/0\r\n\r\n/)
  const [first, last] = bodyOf(call.wire).split('\n\n')
  t.equal(first, 'data: {"a":1}')
  t.match(JSON.parse(last!.slice(6)), { id: 7, error: { message: 'its time is over', data: { code: 'TEST_OVER' } } })
})

t.test('of several deadlines the earliest counts, for streams and for calls', async t => {
  const earlier: Filter = {
    onRequest(x) {
      const now = Date.now()
      const other = { ...reply, code: 'TEST_EARLIER' }
      x.endBy({ filter: 'route0/f1', streamsAt: now + 5000, callsAt: now + 60_000, reply: other })
      return undefined
    }
  }
  const { clock, ask, g, expired } = await scene(t, [earlier])
  const got = await ask('GET')
  stream(got.res).flushHeaders()
  const call = await ask('POST', [], '{}')
  await got.wire.until(/\r\n\r\n/)
  clock.advance(5)
  await expired()
  clock.advance(15)
  await expired(2)
  await call.wire.until(/504/)
  t.strictSame(
    g.log.filter(({ fields }) => fields['kind']).map(({ fields }) => [fields['kind'], fields['code']]),
    [
      ['stream', 'TEST_EARLIER'],
      ['call', 'TEST_OVER']
    ]
  )
})

t.test('a deadline that could never come is an error of its filter', async t => {
  const table: readonly Partial<Deadline>[] = [
    { streamsAt: Number.NaN },
    { callsAt: 0 },
    { callsAt: undefined as unknown as number },
    { reply: { status: 504 } }
  ]
  for (const bad of table) {
    const { g } = await scene(t, [], bad)
    const response = await fetch(`${g.url}/mcp`)
    t.equal(response.headers.get('x-sluice-error'), 'SLUICE_FILTER_FAILED', JSON.stringify(bad))
  }
})

t.test('a hook that waits meanwhile does not hold the answer, and changes nothing any more', async t => {
  let goOn = (): void => {}
  const waiting: Filter = {
    onResponse: head => (head.source === 'gateway' ? undefined : new Promise(resolve => void (goOn = resolve)))
  }
  const { clock, ask, ends, expired } = await scene(t, [waiting])
  const { wire, res } = await ask('POST', [], '{}')
  res.end('answer')
  await settled(() => goOn.name !== 'goOn', 'the hook waits')
  clock.advance(20)
  await expired()
  await wire.until(/TEST_OVER[^]*}$/)
  goOn()
  await settled(() => ends.length === 1, 'ended')
  t.equal(wire.received.match(/HTTP\/1\.1/g)?.length, 1)
  t.match(ends, [{ end: { status: 504, ended: 'expired' } }])
})
