import t from 'tap'
import { EventEnds } from '../../src/mcp/event-ends.ts'

const EVENTS = ['data: a', ': a comment', 'id: 1|data: b', 'data: c|data: d']

/** Whether a text is whole events, to be read slowly. */
const isWhole = (text: string): boolean => text === '' || text.replaceAll(/\r\n?/g, '\n').endsWith('\n\n')

for (const [name, lineEnd] of Object.entries({ LF: '\n', CR: '\r', CRLF: '\r\n' })) {
  const stream = EVENTS.map(event => event.replaceAll('|', lineEnd) + lineEnd + lineEnd).join('')

  t.test(`with ${name} it is known whether events are whole, wherever the bytes are split`, async t => {
    for (const step of [1, 2, 3, 4, 7]) {
      const ends = new EventEnds()
      for (let at = 0; at < stream.length; at += step) {
        if (ends.between !== isWhole(stream.slice(0, at))) t.fail(`${at} by ${step}: ${ends.between}`)
        ends.pass(Buffer.from(stream.slice(at, at + step)))
      }
      t.ok(ends.between)
    }
  })

  t.test(`with ${name} the event that is on its way is passed to its end`, async t => {
    for (let at = 0; at < stream.length; at++) {
      const ends = new EventEnds()
      ends.pass(Buffer.from(stream.slice(0, at)))
      if (ends.between) continue
      const length = ends.passToEnd(Buffer.from(stream.slice(at)))
      const events = stream.slice(0, at + length)
      if (!isWhole(events) || stream[at + length] === '\n' || isWhole(events.slice(0, -lineEnd.length)))
        t.fail(`${at}: ${JSON.stringify(events)}`)
    }
    const half = new EventEnds()
    half.pass(Buffer.from('data: a'))
    t.equal(half.passToEnd(Buffer.from(`b${lineEnd}`)), -1)
    t.equal(half.passToEnd(Buffer.from(`${lineEnd}data: c`)), lineEnd.length, 'in the next bytes')
  })
}
