import t from 'tap'
import { fakeContext, fakeExchange, fakeRequestHead, fakeResponseHead, SharedValues } from '@sluice/test-kit'

void t.test('a shared value lives as long as its last user', async t => {
  const values = new SharedValues()
  const first = fakeContext({ values, entry: 'a/jwt' })
  const second = fakeContext({ values, entry: 'b/jwt' })
  const disposed: string[] = []
  const across = (context: typeof first) =>
    context.sharedAcross(
      'keys',
      () => ({}),
      () => disposed.push('across')
    )
  t.equal(across(first), across(second), 'one value over entries')
  const own = first.shared(
    'keys',
    () => ({}),
    () => disposed.push('own')
  )
  t.not(
    own,
    second.shared('keys', () => ({})),
    'but not where it belongs to the entry'
  )
  first.close()
  t.ok(first.signal.aborted)
  t.same(disposed, ['own'])
  second.close()
  t.same(disposed, ['own', 'across'])
  t.equal(values.size, 0)
})

void t.test('a fact crosses from filter to filter of one exchange only', async t => {
  const x = fakeExchange()
  fakeContext().fact<string>('principal').set(x, 'somebody')
  const reader = fakeContext().fact<string>('principal')
  t.equal(reader.get(x), 'somebody')
  t.equal(reader.get(fakeExchange()), undefined)
})

void t.test('what a filter records can be read back', async t => {
  const ctx = fakeContext()
  ctx.log.warn({ code: 'X' }, 'careful')
  t.same(ctx.log.lines, [{ level: 'warn', fields: { code: 'X' }, message: 'careful' }])
  const counter = ctx.metrics.counter('seen_total', 'Seen.', ['route'])
  counter.series('a').add()
  counter.series('a').add(2)
  t.equal(ctx.metrics.value('seen_total', 'a'), 3)
  t.equal(ctx.metrics.value('seen_total', 'b'), undefined)
  t.throws(() => counter.series().add(), /takes 1 label/)
  ctx.readiness('keys').notReady('no answer')
  t.match(ctx.readinesses.get('keys'), { state: 'not-ready', reason: 'no answer' })
})

void t.test('of a repeated header the first value wins, and raw headers keep both', async t => {
  const x = fakeExchange({ rawHeaders: ['Accept', 'a', 'accept', 'b'] })
  t.equal(x.headers.accept, 'a')
  t.equal(x.rawHeaders.length, 4)
})

void t.test('header names of a response are matched without regard to case', async t => {
  const head = fakeResponseHead({ headers: [['Vary', 'a']] })
  head.append('vary', 'b')
  t.equal(head.get('VARY'), 'a')
  head.set('vary', 'c')
  t.same(head.fields, [['Vary', 'c']])
  head.delete('Vary')
  t.same(head.fields, [])
})

void t.test('the fields of a prefix can be taken out of a head, in any case', async t => {
  const head = fakeResponseHead({
    headers: [
      ['Access-Control-Max-Age', '1'],
      ['vary', 'Origin'],
      ['access-control-allow-origin', '*']
    ]
  })
  head.deletePrefix('access-control-')
  t.same(head.fields, [['vary', 'Origin']])
})

void t.test('the heads refuse what the gateway refuses', async t => {
  for (const head of [fakeRequestHead(), fakeResponseHead()]) {
    for (const name of [
      'Content-Length',
      'transfer-encoding',
      'CONNECTION',
      'keep-alive',
      'upgrade',
      'trailer',
      'host'
    ]) {
      t.throws(() => head.set(name, '1'), /belongs to the gateway itself/, name)
      t.throws(() => head.append(name, '1'), /belongs to the gateway itself/, name)
    }
    t.throws(() => head.set('x-a', 'b\r\nc: d'), { code: 'ERR_INVALID_CHAR' })
    t.throws(() => head.append('x a', 'b'), { code: 'ERR_INVALID_HTTP_TOKEN' })
  }
})
