import { hash } from 'node:crypto'
import t from 'tap'
import { BEGINNING } from '../src/hash-chain.ts'
import { readRecordLine } from '../src/record-line.ts'
import type { Sink } from '../src/sink.ts'
import { Writer } from '../src/writer.ts'

/** What the records in some bytes say. */
const said = (bytes: Uint8Array): string =>
  Array.from(
    Buffer.from(bytes)
      .toString()
      .matchAll(/"said":"(\w+)"/g),
    ([, word]) => word
  ).join('')

/** A sink that a test can hold up, and make fail. */
class TestSink implements Sink {
  readonly events: string[] = []
  text = ''
  most = Infinity
  failure: Error | undefined
  syncFailure: Error | undefined
  readonly #held: (() => void)[] = []
  holds = false

  #closed = false

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) throw new Error('it is closed')
    if (this.holds) await new Promise<void>(resolve => void this.#held.push(resolve))
    if (this.failure !== undefined) throw this.failure
    if (this.most === 0) await nextTurn()
    return this.#take('write', bytes)
  }

  writeNow(bytes: Uint8Array): number {
    if (this.failure !== undefined) throw this.failure
    return this.#take('write now', bytes)
  }

  release(): void {
    this.holds = false
    for (const go of this.#held.splice(0)) go()
  }

  async sync(): Promise<void> {
    this.events.push('sync')
    if (this.syncFailure !== undefined) throw this.syncFailure
  }

  async rotate(last: number): Promise<void> {
    this.events.push(`rotate ${last}`)
  }

  close(): void {
    this.#closed = true
    this.events.push('close')
  }

  #take(how: string, bytes: Uint8Array): number {
    const some = Buffer.from(bytes.subarray(0, this.most))
    this.text += some.toString('latin1')
    this.events.push(`${how} ${said(some)}`)
    return some.length
  }
}

const writing = () => {
  const sink = new TestSink()
  const told: string[] = []
  const writer = new Writer(
    sink,
    { last: BEGINNING, endLine: false },
    {
      failed: error => void told.push(`failed: ${(error as Error).message}`),
      recovered: () => void told.push('recovered')
    }
  )
  return { sink, writer, told, say: (word: string) => writer.add(`"said":"${word}"`) }
}

const nextTurn = () => new Promise(resolve => setImmediate(resolve))

t.test('who waits for the disk shares a write and a sync with all of the same turn', async t => {
  const { sink, writer, say } = writing()
  await Promise.all(
    ['a', 'b', 'c'].map(word => {
      say(word)
      return writer.synced()
    })
  )
  t.strictSame(sink.events, ['write abc', 'sync'])
})

t.test('and what comes meanwhile shares the next', async t => {
  const { sink, writer, say } = writing()
  sink.holds = true
  say('a')
  const first = writer.synced()
  await nextTurn()
  say('b')
  const second = writer.synced()
  say('c')
  sink.release()
  await first
  t.equal(said(Buffer.from(sink.text)), 'a')
  await second
  t.strictSame(sink.events, ['write a', 'sync', 'write bc', 'sync'])
  t.equal(writer.waiting, 0)
})

t.test('what comes during a write and is waited for by nobody is gathered on', async t => {
  const { sink, writer, say } = writing()
  sink.holds = true
  say('a')
  const flushed = writer.synced()
  await nextTurn()
  say('b')
  sink.release()
  await flushed
  await nextTurn()
  t.strictSame(sink.events, ['write a', 'sync'])
  say('c')
  await writer.flush()
  t.strictSame(sink.events, ['write a', 'sync', 'write bc'])
})

t.test('what is written in pieces is written whole, and a file ends where it is cut', async t => {
  const { sink, writer, say } = writing()
  sink.most = 200
  say('a')
  writer.cut()
  say('b')
  await writer.flush()
  t.strictSame(sink.events, ['write a', 'write ', 'rotate 1', 'write b', 'write '])
  t.equal(sink.text.split('\n').length, 3)
})

t.test('records are a chain, whatever batches they are written in, and however long they are', async t => {
  const { sink, writer, say } = writing()
  for (let i = 0; i < 400; i++) say(i % 100 === 0 ? 'long'.repeat(50_000) : 'x'.repeat(i))
  await writer.flush()
  say('end')
  writer.close(error => t.equal(error, undefined))
  const lines = sink.text.split('\n').slice(0, -1)
  t.equal(lines.length, 401)
  let head = BEGINNING.hash
  for (const [i, line] of lines.entries()) {
    const { seq, prev, hash: own, intact } = readRecordLine(Buffer.from(line))!
    if (seq !== i + 1 || prev !== head || !intact) t.fail(`record ${i + 1}`)
    if (own !== hash('sha256', line.slice(0, -75))) t.fail(`hash of record ${i + 1}`)
    head = own
  }
})

t.test('what cannot be written stays, and is written when it can be', async t => {
  const { sink, writer, told, say } = writing()
  sink.failure = new Error('ENOSPC')
  const length = say('a')
  await t.rejects(writer.synced(), /ENOSPC/)
  t.equal(writer.failing, true)
  say('b')
  await t.rejects(writer.synced(), /cannot be written/)
  t.equal(writer.waiting, 2 * length)
  sink.failure = undefined
  while (writer.failing) await nextTurn()
  await writer.flush()
  t.strictSame(sink.events, ['write a', 'sync', 'write b'])
  t.strictSame(told, ['failed: ENOSPC', 'recovered'])
})

t.test('what could not be synced is not taken for written before it is', async t => {
  const { sink, writer, told, say } = writing()
  sink.syncFailure = new Error('EIO')
  say('a')
  await t.rejects(writer.synced(), /EIO/)
  sink.syncFailure = undefined
  while (writer.failing) await nextTurn()
  t.strictSame(sink.events, ['write a', 'sync', 'sync'])
  t.strictSame(told, ['failed: EIO', 'recovered'])
})

t.test('closing writes what is left, after the write that is under way', async t => {
  const { sink, writer, say } = writing()
  sink.holds = true
  say('a')
  const flushed = writer.flush()
  await nextTurn()
  say('b')
  const closed = new Promise(resolve => writer.close((error, unwritten) => resolve([error, unwritten])))
  t.strictSame(sink.events, [])
  sink.release()
  await flushed
  t.strictSame(await closed, [undefined, 0])
  t.strictSame(sink.events, ['write a', 'write now b', 'close'])
})

t.test('closing says how many records could not be written, and lets go all the same', async t => {
  const { sink, writer, say } = writing()
  for (const word of ['a', 'b', 'c']) say(word)
  sink.failure = new Error('EPIPE')
  writer.close((error, unwritten) => t.match([error, unwritten], [{ message: 'EPIPE' }, 3]))
  t.strictSame(sink.events, ['close'])
})

t.test('nothing is written behind the end, though a write was due', async t => {
  const { sink, writer, say } = writing()
  say('a')
  const synced = writer.synced()
  writer.close(error => t.equal(error, undefined))
  await synced
  await nextTurn()
  t.strictSame(sink.events, ['write now a', 'close'])
})

t.test('what is full for ever is given up at the end', async t => {
  const { sink, writer, say } = writing()
  sink.most = 0
  say('a')
  const flushed = writer.flush()
  await nextTurn()
  await nextTurn()
  sink.writeNow = () => {
    throw new Error('EAGAIN')
  }
  const closed = new Promise(resolve => writer.close((error, unwritten) => resolve([error, unwritten])))
  t.match(await closed, [{ message: 'EAGAIN' }, 1])
  await flushed
  t.equal(sink.events.at(-1), 'close')
})
