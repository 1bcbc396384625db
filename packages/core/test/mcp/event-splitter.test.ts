import t from 'tap'
import { dataOf, typeOf, withData } from '../../src/mcp/event-data.ts'
import { EventSplitter } from '../../src/mcp/event-splitter.ts'

const EVENTS = [
  ['data: {"a":1}', 'id: 7', ''],
  [': a comment', ''],
  ['event: message', 'data: one', 'data:two', 'data', ''],
  ['id: x', 'data:', ''],
  ['retry: 5', '']
]
const DATA = ['{"a":1}', undefined, 'one\ntwo\n', '', undefined]

for (const [name, lineEnd] of Object.entries({ LF: '\n', CR: '\r', CRLF: '\r\n' })) {
  t.test(`a stream with ${name} is cut into its events, wherever its bytes are split`, async t => {
    const stream = Buffer.from(EVENTS.map(lines => [...lines, ''].join(lineEnd)).join(''))
    for (let at = 0; at <= stream.length; at++) {
      const splitter = new EventSplitter(1000)
      const first = splitter.push(stream.subarray(0, at))
      const events = [...first, ...splitter.push(stream.subarray(at)), splitter.rest()]
      const data = events.filter(event => event.toString().trim() !== '').map(dataOf)
      if (Buffer.concat(events).equals(stream) && JSON.stringify(data) === JSON.stringify(DATA)) continue
      t.fail(`split at ${at}: ${JSON.stringify(data)}`)
    }
    const splitter = new EventSplitter(1000)
    const bytewise = Array.from(stream).flatMap(byte => splitter.push(Buffer.from([byte])))
    t.ok(Buffer.concat([...bytewise, splitter.rest()]).equals(stream), 'byte by byte')
    t.equal(splitter.rest().length, 0)
  })
}

t.test('an event goes on with its last byte, and waits for none of the next', async t => {
  for (const event of ['data: x\n\n', 'data: x\r\r', 'data: x\r\n\r\n']) {
    t.strictSame(new EventSplitter(1000).push(Buffer.from(event)).map(String), [event], JSON.stringify(event))
  }
  const splitter = new EventSplitter(1000)
  t.strictSame(splitter.push(Buffer.from('data: x\r\n\r')).map(String), ['data: x\r\n\r'])
  t.strictSame(splitter.push(Buffer.from('\n')).map(String), ['\n'], 'the second half of its last line end, too')
})

t.test('an event that is too long is refused, also in many parts', async t => {
  const splitter = new EventSplitter(10)
  splitter.push(Buffer.from('data: 12'))
  t.throws(() => splitter.push(Buffer.from('345')), RangeError)
  t.equal(new EventSplitter(10).push(Buffer.from('data: 1\n\ndata: 2\n\n')).length, 2, 'many short ones are not')
})

t.test('the fields of an event', async t => {
  t.equal(dataOf(Buffer.from('\ufeffdata: x\n\n')), 'x', 'a byte order mark belongs to none')
  t.equal(dataOf(Buffer.from('data:  x\n\n')), ' x', 'one space is taken off')
  t.equal(dataOf(Buffer.from('dataset: x\nDATA: y\n\n')), undefined)
  t.equal(typeOf(Buffer.from('data: x\n\n')), 'message')
  t.equal(typeOf(Buffer.from('event:a\nevent: endpoint\n\n')), 'endpoint')
  t.equal(typeOf(Buffer.from('event:\n\n')), 'message')
  t.equal(
    withData(Buffer.from('id: 1\r\ndata: a\r\nevent: x\r\ndata: b\r\n\r\n'), '{}').toString(),
    'id: 1\nevent: x\ndata: {}\n\n'
  )
})
