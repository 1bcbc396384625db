import { once } from 'node:events'
import type { Filter, Outcome } from '@sluice/plugin-api'
import t from 'tap'
import { gateway } from './support/gateway.ts'
import { settled } from './support/settled.ts'
import { rawUpstream, upstream } from './support/upstream.ts'
import { Wire } from './support/wire.ts'

const EXPIRED = { status: 401, code: 'TEST_EXPIRED', reason: 'expired' }

/** Sets a deadline that is over at once, for requests without a query. */
const expiring: Filter = {
  onRequest(x): Outcome {
    const now = Date.now()
    if (x.query === '') x.endBy({ filter: 'test', streamsAt: now, callsAt: now, reply: EXPIRED })
    return undefined
  }
}

t.test('an upstream that closes behind its answer while a hook waits is passed on as it answered', async t => {
  const answers = [
    ['connection: close\r\ncontent-length: 5\r\n\r\nhello', 'hello'],
    ['x-up: 1\r\n\r\nuntil the end', 'until the end']
  ] as const
  for (const [rest, body] of answers) {
    let closed: Promise<unknown> | undefined
    const url = await rawUpstream(t, socket => {
      closed = once(socket, 'end')
      socket.once('data', () => socket.end(`HTTP/1.1 418 I'm a teapot\r\n${rest}`))
    })
    // The gateway has closed its side when it has heard of the upstream's.
    const waiting: Filter = { onResponse: async () => void (await closed) }
    const g = await gateway(t, [{ upstream: url, filters: [waiting] }])
    const res = await fetch(`${g.url}/mcp`)
    t.equal(res.status, 418)
    t.equal(await res.text(), body)
  }
})

t.test('a request that was answered while its body came is not sent', async t => {
  const seen: unknown[] = []
  const { url } = await upstream(t, (req, res) => {
    seen.push(req.url)
    res.end('served')
  })
  const g = await gateway(t, [{ upstream: url, filters: [expiring] }], { patience: { lookMs: 2 } })
  t.equal(await (await fetch(`${g.url}/mcp?warm`)).text(), 'served', 'there is an idle connection')
  const wire = await Wire.to(g.url)
  wire.write('POST /mcp HTTP/1.1', 'host: x', 'content-length: 4', '', 'ab')
  await wire.until(/TEST_EXPIRED/)
  wire.socket.write('cd')
  await wire.closed
  t.match(wire.received, /^HTTP\/1.1 401/)
  t.equal(wire.received.match(/HTTP\/1.1/g)?.length, 1)
  t.strictSame(seen, ['/?warm'])
})

t.test('a hook that fails after another answer took the place of its own changes nothing', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const hooks: { fail?: () => void; answer?: () => void } = {}
  const waits: Filter = { onResponse: () => new Promise<void>(resolve => (hooks.answer = resolve)) }
  // It is asked first, about the upstream's answer, and never again.
  const fails: Filter = {
    onResponse(_head, x) {
      x.endBy({ filter: 'test', streamsAt: 0, callsAt: 0, reply: EXPIRED })
      return new Promise<void>((_resolve, reject) => (hooks.fail = () => reject(new Error('late'))))
    }
  }
  const g = await gateway(t, [{ upstream: url, filters: [waits, fails] }], { patience: { lookMs: 2 } })
  const asked = fetch(`${g.url}/mcp`)
  await settled(() => hooks.fail !== undefined, 'the upstream has answered')
  await settled(() => hooks.answer !== undefined, 'the time is over')
  hooks.fail!()
  await settled(() => g.log.some(({ message }) => message === 'a filter failed'), 'it is told')
  hooks.answer!()
  const res = await asked
  t.equal(res.status, 401)
  t.match(await res.text(), 'TEST_EXPIRED')
})

t.test('a hook takes an answer back by an error with a reply, which is answered in its place', async t => {
  const { url } = await upstream(t, (_req, res) => void res.end('served'))
  const thrown: { what?: unknown } = {}
  const seen: string[] = []
  const throwing: Filter = {
    onResponse(head) {
      if (head.status === 200) throw thrown.what
    },
    onFinish: (_end, { decisions }) => void seen.push(decisions.map(({ filter, code }) => `${filter} ${code}`).join())
  }
  const g = await gateway(t, [{ upstream: url, filters: [throwing] }])
  for (const [reply, status, code] of [
    [{ status: 503, code: 'TEST_UNWRITTEN', reason: 'later' }, 503, 'TEST_UNWRITTEN'],
    [{ status: 503 }, 500, 'SLUICE_FILTER_FAILED'],
    [{ status: 200, code: 'TEST_FINE' }, 500, 'SLUICE_FILTER_FAILED'],
    [null, 500, 'SLUICE_FILTER_FAILED']
  ] as const) {
    thrown.what = Object.assign(new Error('taken back'), { reply })
    const res = await fetch(`${g.url}/mcp`)
    t.equal(res.status, status)
    t.equal(res.headers.get('x-sluice-error'), code)
    t.notMatch(await res.text(), /served/)
    await settled(() => seen.length === 1, 'finished')
    t.match(seen.pop(), new RegExp(` ${code}$`))
  }
  t.equal(g.log.filter(({ message }) => message === 'a filter failed').length, 3)
})
