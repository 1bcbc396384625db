import t from 'tap'
import { ClientFault } from '../../src/http-client/client-fault.ts'
import type { ReceivedHead } from '../../src/http-client/response-head.ts'
import { ResponseParser, type ResponseSink } from '../../src/http-client/response-parser.ts'

/** What became of the bytes of one connection after one request. */
type Outcome =
  | { readonly status: number; readonly body: string; readonly persistent: boolean }
  | { readonly status: number | undefined; readonly fault: string }

class Recorder implements ResponseSink {
  head: ReceivedHead | undefined
  body = ''
  persistent: boolean | undefined

  onHead(head: ReceivedHead): void {
    this.head = head
  }

  onData(bytes: Buffer): void {
    this.body += bytes.toString('latin1')
  }

  onEnd(persistent: boolean): void {
    this.persistent = persistent
  }
}

/** Feeds `bytes` in `pieces`, then the end of the connection if the response has not ended by itself. */
const outcomeOf = (method: string, pieces: readonly Buffer[]): Outcome => {
  const seen = new Recorder()
  const parser = new ResponseParser(seen)
  parser.begin(method)
  try {
    for (const piece of pieces) parser.take(piece)
    if (seen.persistent === undefined) parser.finish()
  } catch (error) {
    if (!(error instanceof ClientFault)) throw error
    return { status: seen.head?.status, fault: error.kind }
  }
  return { status: seen.head!.status, body: seen.body, persistent: seen.persistent! }
}

const bytesOf = (bytes: Buffer): Buffer[] => Array.from(bytes, byte => Buffer.from([byte]))

const ok = (body: string, persistent = true): Outcome => ({ status: 200, body, persistent })
/** Nothing of it may be passed on. */
const invalid: Outcome = { status: undefined, fault: 'invalid' }
/** The head was well-formed, the content is not. */
const torn = (fault: string): Outcome => ({ status: 200, fault })

const L2 = 'content-length: 2'
const CHUNKED = 'transfer-encoding: chunked'
const head = (...lines: string[]): string => ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n')

interface Row {
  readonly name: string
  readonly method?: string
  readonly bytes: string
  readonly outcome: Outcome
}

const rows: readonly Row[] = [
  // Where a message ends: RFC 9112 section 6.3, in its order.
  { name: 'HEAD has no content, whatever its length says', method: 'HEAD', bytes: head(L2), outcome: ok('') },
  { name: 'HEAD has none, though it says chunked', method: 'HEAD', bytes: head(CHUNKED), outcome: ok('') },
  {
    name: '204 has none',
    bytes: `HTTP/1.1 204 No Content\r\n${L2}\r\n\r\n`,
    outcome: { status: 204, body: '', persistent: true }
  },
  {
    name: '304 has none',
    bytes: `HTTP/1.1 304 Not Modified\r\n${L2}\r\n\r\n`,
    outcome: { status: 304, body: '', persistent: true }
  },
  { name: 'a length', bytes: `${head(L2)}ok`, outcome: ok('ok') },
  { name: 'a length of none', bytes: head('content-length: 0'), outcome: ok('') },
  { name: 'no length: until the connection ends', bytes: `${head()}all of it`, outcome: ok('all of it', false) },
  { name: 'chunks', bytes: `${head(CHUNKED)}2\r\nok\r\n0\r\n\r\n`, outcome: ok('ok') },
  {
    name: 'chunks of upper-case sizes',
    bytes: `${head(CHUNKED)}A\r\n0123456789\r\n00\r\n\r\n`,
    outcome: ok('0123456789')
  },
  {
    name: 'chunk extensions and trailer fields',
    bytes: `${head(CHUNKED)}2;a="b"\r\nok\r\n0;c\r\nx: y\r\nz:\r\n\r\n`,
    outcome: ok('ok')
  },
  { name: 'Chunked in any case', bytes: `${head('Transfer-Encoding: Chunked')}0\r\n\r\n`, outcome: ok('') },

  // Whether another request may follow: RFC 9112 section 9.3.
  { name: 'Connection: close', bytes: `${head(L2, 'connection: close')}ok`, outcome: ok('ok', false) },
  { name: 'close among other options', bytes: `${head(L2, 'Connection: x, Close ,y')}ok`, outcome: ok('ok', false) },
  { name: 'an option that only contains it', bytes: `${head(L2, 'connection: disclose')}ok`, outcome: ok('ok') },
  { name: 'HTTP/1.0', bytes: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok', outcome: ok('ok', false) },
  {
    name: 'HTTP/1.0 that stays',
    bytes: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nok',
    outcome: ok('ok')
  },
  { name: 'more than the length', bytes: `${head(L2)}ok and more`, outcome: ok('ok', false) },
  { name: 'another response behind the first', bytes: `${head(L2)}ok${head(L2)}no`, outcome: ok('ok', false) },
  { name: 'bytes behind the last chunk', bytes: `${head(CHUNKED)}0\r\n\r\n!`, outcome: ok('', false) },

  // Interim responses.
  {
    name: '103 before the response',
    bytes: `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${head(L2)}ok`,
    outcome: ok('ok')
  },
  { name: '100, for which nobody asked', bytes: `HTTP/1.1 100 Continue\r\n\r\n${head(L2)}ok`, outcome: ok('ok') },
  {
    name: '101, for which nobody asked',
    bytes: 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n',
    outcome: invalid
  },
  {
    name: 'interim responses without end',
    bytes: `HTTP/1.1 103 Early Hints\r\nx: ${'y'.repeat(1000)}\r\n\r\n`.repeat(70),
    outcome: invalid
  },

  // Two lengths, or none that can be believed: what one reads as content another reads as the next response.
  { name: 'two lengths', bytes: `${head(L2, 'content-length: 3')}ok!`, outcome: invalid },
  { name: 'one length twice', bytes: `${head(L2, L2)}ok`, outcome: invalid },
  { name: 'a list of lengths', bytes: `${head('content-length: 2, 2')}ok`, outcome: invalid },
  { name: 'a signed length', bytes: `${head('content-length: +2')}ok`, outcome: invalid },
  { name: 'a negative length', bytes: `${head('content-length: -2')}ok`, outcome: invalid },
  { name: 'a hexadecimal length', bytes: `${head('content-length: 0x2')}ok`, outcome: invalid },
  { name: 'a fraction', bytes: `${head('content-length: 2.0')}ok`, outcome: invalid },
  { name: 'an empty length', bytes: `${head('content-length:')}ok`, outcome: invalid },
  { name: 'a length beyond numbers', bytes: `${head(`content-length: ${'9'.repeat(30)}`)}ok`, outcome: invalid },
  { name: 'a length beside chunks', bytes: `${head(L2, CHUNKED)}2\r\nok\r\n0\r\n\r\n`, outcome: invalid },
  { name: 'chunks beside a length', bytes: `${head(CHUNKED, L2)}2\r\nok\r\n0\r\n\r\n`, outcome: invalid },
  { name: 'chunked in HTTP/1.0', bytes: `HTTP/1.0 200 OK\r\n${CHUNKED}\r\n\r\n0\r\n\r\n`, outcome: invalid },
  { name: 'chunked twice', bytes: `${head(CHUNKED, CHUNKED)}0\r\n\r\n`, outcome: invalid },
  { name: 'gzip, chunked', bytes: `${head('transfer-encoding: gzip, chunked')}0\r\n\r\n`, outcome: invalid },
  { name: 'identity', bytes: `${head('transfer-encoding: identity')}ok`, outcome: invalid },
  { name: 'xchunked', bytes: `${head('transfer-encoding: xchunked')}0\r\n\r\n`, outcome: invalid },
  {
    name: 'chunked after a vertical tab',
    bytes: `${head('transfer-encoding: \x0bchunked')}0\r\n\r\n`,
    outcome: invalid
  },

  // Heads that two readers could read in two ways.
  { name: 'no HTTP', bytes: 'SSH-2.0-OpenSSH\r\n', outcome: invalid },
  { name: 'HTTP/2', bytes: `HTTP/2 200 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'HTTP/1.2', bytes: `HTTP/1.2 200 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'HTTP/1.10', bytes: `HTTP/1.10 200 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'an empty line first', bytes: `\r\n${head(L2)}ok`, outcome: invalid },
  { name: 'a status of two digits', bytes: `HTTP/1.1 20 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'a status of four digits', bytes: `HTTP/1.1 2000 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'status 600', bytes: `HTTP/1.1 600 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'status 000', bytes: `HTTP/1.1 000 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'no reason phrase', bytes: `HTTP/1.1 200\r\n${L2}\r\n\r\nok`, outcome: ok('ok') },
  { name: 'an empty reason phrase', bytes: `HTTP/1.1 200 \r\n${L2}\r\n\r\nok`, outcome: ok('ok') },
  { name: 'two blanks before the status', bytes: `HTTP/1.1  200 OK\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'a blank before the colon', bytes: `${head('content-length : 2')}ok`, outcome: invalid },
  { name: 'a blank before the name', bytes: `${head('x: y', ' content-length: 2')}ok`, outcome: invalid },
  { name: 'a folded line', bytes: `${head('x: y', '\tz', L2)}ok`, outcome: invalid },
  { name: 'a line without colon', bytes: `${head('content-length 2')}ok`, outcome: invalid },
  { name: 'a name of nothing', bytes: `${head(': 2')}ok`, outcome: invalid },
  { name: 'a name with a parenthesis', bytes: `${head('x(y): 2')}ok`, outcome: invalid },
  { name: 'a line feed alone behind a line', bytes: `HTTP/1.1 200 OK\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'line feeds alone', bytes: `HTTP/1.1 200 OK\n${L2}\n\nok`, outcome: { status: undefined, fault: 'closed' } },
  { name: 'a line feed in a value', bytes: `${head('x: a\ncontent-length: 2')}ok`, outcome: invalid },
  { name: 'a carriage return in a value', bytes: `${head('x: a\rcontent-length: 2')}ok`, outcome: invalid },
  { name: 'a NUL in a value', bytes: `${head('x: a\0b', L2)}ok`, outcome: invalid },
  { name: 'a control in a value', bytes: `${head('x: a\x01b', L2)}ok`, outcome: invalid },
  { name: 'DEL in a value', bytes: `${head('x: a\x7fb', L2)}ok`, outcome: invalid },
  { name: 'a control in the reason', bytes: `HTTP/1.1 200 O\x08K\r\n${L2}\r\n\r\nok`, outcome: invalid },
  { name: 'a head without end', bytes: `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`, outcome: invalid },
  { name: 'a head of nearly 64 KiB', bytes: `${head(`x: ${'y'.repeat(65_000)}`, L2)}ok`, outcome: ok('ok') },
  { name: 'a head of more than 64 KiB', bytes: `${head(`x: ${'y'.repeat(66_000)}`, L2)}ok`, outcome: invalid },

  // Chunks that two readers could read in two ways.
  { name: 'a size of nothing', bytes: `${head(CHUNKED)}\r\nok\r\n0\r\n\r\n`, outcome: torn('invalid') },
  { name: 'a size with a sign', bytes: `${head(CHUNKED)}+2\r\nok\r\n0\r\n\r\n`, outcome: torn('invalid') },
  { name: 'a size with 0x', bytes: `${head(CHUNKED)}0x2\r\nok\r\n0\r\n\r\n`, outcome: torn('invalid') },
  { name: 'a size with a blank behind it', bytes: `${head(CHUNKED)}2 \r\nok\r\n0\r\n\r\n`, outcome: torn('invalid') },
  { name: 'a size beyond numbers', bytes: `${head(CHUNKED)}${'f'.repeat(17)}\r\nok`, outcome: torn('invalid') },
  {
    name: 'a size line that ends with a line feed alone',
    bytes: `${head(CHUNKED)}2\nok\r\n0\r\n\r\n`,
    outcome: torn('invalid')
  },
  {
    name: 'a carriage return alone in an extension',
    bytes: `${head(CHUNKED)}2;a\rb\r\nok\r\n0\r\n\r\n`,
    outcome: torn('invalid')
  },
  {
    name: 'a line feed alone in an extension',
    bytes: `${head(CHUNKED)}2;a\nok\r\n0\r\n\r\n`,
    outcome: torn('invalid')
  },
  { name: 'extensions without end', bytes: `${head(CHUNKED)}2;${'a'.repeat(20_000)}\r\nok`, outcome: torn('invalid') },
  { name: 'a chunk longer than its size', bytes: `${head(CHUNKED)}2\r\noktoo\r\n0\r\n\r\n`, outcome: torn('invalid') },
  {
    name: 'a chunk that ends with a line feed alone',
    bytes: `${head(CHUNKED)}2\r\nok\n0\r\n\r\n`,
    outcome: torn('invalid')
  },
  { name: 'a trailer line without colon', bytes: `${head(CHUNKED)}0\r\nx\r\n\r\n`, outcome: torn('invalid') },
  {
    name: 'a trailer that ends with line feeds alone',
    bytes: `${head(CHUNKED)}0\r\nx: y\n\n`,
    outcome: torn('invalid')
  },
  { name: 'a trailer that begins with a line feed alone', bytes: `${head(CHUNKED)}0\r\n\n`, outcome: torn('invalid') },
  {
    name: 'trailers without end',
    bytes: `${head(CHUNKED)}0\r\n${'x: y\r\n'.repeat(4000)}\r\n`,
    outcome: torn('invalid')
  },

  // Connections that end too early.
  { name: 'nothing', bytes: '', outcome: { status: undefined, fault: 'closed' } },
  { name: 'half a head', bytes: 'HTTP/1.1 200 OK\r\nx: y', outcome: { status: undefined, fault: 'closed' } },
  {
    name: 'only an interim response',
    bytes: 'HTTP/1.1 103 Early Hints\r\n\r\n',
    outcome: { status: undefined, fault: 'closed' }
  },
  { name: 'less than the length', bytes: `${head(L2)}o`, outcome: torn('closed') },
  { name: 'half a chunk', bytes: `${head(CHUNKED)}5\r\nhel`, outcome: torn('closed') },
  { name: 'no last chunk', bytes: `${head(CHUNKED)}2\r\nok\r\n`, outcome: torn('closed') },
  { name: 'no end of the trailers', bytes: `${head(CHUNKED)}2\r\nok\r\n0\r\nx: y\r\n`, outcome: torn('closed') }
]

for (const { name, method = 'POST', bytes, outcome } of rows) {
  t.test(name, async t => {
    const all = Buffer.from(bytes, 'latin1')
    t.strictSame(outcomeOf(method, [all]), outcome, 'whole')
    // A response that has ended hands its connection back: what comes in a later read is the connection's to judge.
    const bytewise = outcomeOf(method, bytesOf(all))
    if ('persistent' in outcome && /more than|behind/.test(name))
      t.match(bytewise, { fault: 'invalid' }, 'byte by byte')
    else t.strictSame(bytewise, outcome, 'byte by byte')
    if (all.length > 300) return
    for (let at = 1; at < all.length; at++) {
      const cut = outcomeOf(method, [all.subarray(0, at), all.subarray(at)])
      if ('persistent' in outcome && 'fault' in cut && /more than|behind/.test(name)) continue
      t.strictSame(cut, outcome, `cut at ${at}`)
    }
  })
}

t.test('fields are told as they were written, without the blanks around their values', async t => {
  const seen = new Recorder()
  const parser = new ResponseParser(seen)
  parser.begin('GET')
  parser.take(
    Buffer.from(head('X-A:b', 'x-a: \t c d\t ', 'X-Obs: \xa0\xe4\xa0', 'x-empty:', 'x-blank:  ', L2), 'latin1')
  )
  t.strictSame(seen.head!.fields, [
    'X-A',
    'b',
    'x-a',
    'c d',
    'X-Obs',
    '\xa0\xe4\xa0',
    'x-empty',
    '',
    'x-blank',
    '',
    'content-length',
    '2'
  ])
})

t.test('how long the server keeps the connection', async t => {
  for (const [value, seconds] of [
    ['timeout=5', 5],
    ['max=100, Timeout=7', 7],
    ['timeout=0', 0],
    ['timeout="5"', undefined],
    ['xtimeout=5', undefined]
  ] as const) {
    const seen = new Recorder()
    const parser = new ResponseParser(seen)
    parser.begin('GET')
    parser.take(Buffer.from(head(`Keep-Alive: ${value}`, L2)))
    t.equal(seen.head!.keepAliveSeconds, seconds, value)
  }
})

t.test('nothing is told while it is paused, and all of it afterwards', async t => {
  const all = Buffer.from(`${head(CHUNKED)}3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n`)
  for (let at = 1; at < all.length; at++) {
    const told: string[] = []
    const pausing: ResponseSink = {
      onHead: () => pause('head'),
      onData: bytes => pause(bytes.toString()),
      onEnd: persistent => void told.push(`end ${persistent}`)
    }
    const parser = new ResponseParser(pausing)
    const pause = (what: string): void => {
      told.push(what)
      parser.paused = true
    }
    const pieces = [all.subarray(0, at), all.subarray(at)]
    parser.begin('GET')
    for (let turns = 0; turns < 20; turns++) {
      if (parser.paused) {
        const before = told.length
        parser.resume()
        t.ok(told.length <= before + 1, 'one thing at a time')
      } else if (pieces.length > 0) parser.take(pieces.shift()!)
    }
    t.equal(told.filter(what => what !== 'head' && !what.startsWith('end')).join(''), 'onetwo')
    t.equal(told[0], 'head')
    t.equal(told.at(-1), 'end true')
  }
})

t.test('a response to no request is a fault', async t => {
  const parser = new ResponseParser(new Recorder())
  t.throws(() => parser.take(Buffer.from(head(L2))), { message: /nobody asked/ })
})

t.test('a connection serves one response after another', async t => {
  const seen = new Recorder()
  const parser = new ResponseParser(seen)
  for (const [method, bytes, body] of [
    ['HEAD', head(L2), ''],
    ['GET', `${head(L2)}ok`, 'ok'],
    ['GET', `${head(CHUNKED)}2\r\nok\r\n0\r\n\r\n`, 'ok'],
    ['GET', `${head('content-length: 5')}again`, 'again']
  ] as const) {
    seen.body = ''
    parser.begin(method)
    parser.take(Buffer.from(bytes))
    t.equal(seen.body, body)
  }
})
