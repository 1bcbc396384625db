import t from 'tap'
import { formatTraceparent, parseTraceparent } from '../src/traceparent.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const of = (flags: string) => `00-${TRACE}-${SPAN}-${flags}`

t.test('the last bit of the flags says whether a trace is sampled', async t => {
  for (const [i, digit] of Array.from('0123456789abcdef').entries())
    t.strictSame(parseTraceparent(of(`0${digit}`)), { traceId: TRACE, spanId: SPAN, sampled: i % 2 === 1 }, digit)
  t.equal(parseTraceparent(of('10'))?.sampled, false)
})

t.test('of a version of the future what is known counts', async t => {
  for (const value of [`01-${TRACE}-${SPAN}-01`, `fe-${TRACE}-${SPAN}-01-more`])
    t.match(parseTraceparent(value), { traceId: TRACE, sampled: true }, value)
})

t.test('everything else is none', async t => {
  const bad = [
    undefined,
    17,
    '',
    of('0'),
    of('0g'),
    of('01 '),
    `${of('01')}-more`,
    `01-${TRACE}-${SPAN}-01x`,
    of('01').toUpperCase(),
    of('01').replaceAll('-', '_'),
    `0-0${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    [of('01')]
  ]
  for (const value of bad) t.equal(parseTraceparent(value), undefined, String(value))
})

t.test('what was written is read again', async t => {
  for (const sampled of [true, false]) {
    const context = { traceId: TRACE, spanId: SPAN, sampled }
    t.strictSame(parseTraceparent(formatTraceparent(context)), context)
  }
})
