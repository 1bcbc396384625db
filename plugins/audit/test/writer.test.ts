import t from 'tap'
import type { Sink } from '../src/sink.ts'
import { Writer } from '../src/writer.ts'

/** A sink that a test can hold up, and make fail. */
class TestSink implements Sink {
  readonly events: string[] = []
  text = ''
  most = Infinity
  failure: Error | undefined
  readonly #held: (() => void)[] = []
  holds = false

  #closed = false

  async write(bytes: Uint8Array): Promise<number> {
    if (this.#closed) throw new Error('it is closed')
    if (this.holds) await new Promise<void>(resolve => void this.#held.push(resolve))
    if (this.failure !== undefined) throw this.failure
    const some = Buffer.from(bytes.subarray(0, this.most)).toString()
    this.text += some
    this.events.push(`write ${some}`)
    return some.length
  }

  release(): void {
    this.holds = false
    for (const go of this.#held.splice(0)) go()
  }

  async sync(): Promise<void> {
    this.events.push('sync')
  }

  async rotate(last: number): Promise<void> {
    this.events.push(`rotate ${last}`)
  }

  close(bytes: Uint8Array): void {
    this.#closed = true
    this.events.push(`close ${Buffer.from(bytes).toString()}`)
  }
}

const writing = () => {
  const sink = new TestSink()
  const told: string[] = []
  const writer = new Writer(sink, {
    failed: error => void told.push(`failed: ${(error as Error).message}`),
    recovered: () => void told.push('recovered')
  })
  return { sink, writer, told }
}

t.test('who waits for the disk shares a write and a sync with all of the same turn', async t => {
  const { sink, writer } = writing()
  await Promise.all(
    ['a', 'b', 'c'].map(line => {
      writer.add(line)
      return writer.synced()
    })
  )
  t.strictSame(sink.events, ['write abc', 'sync'])
})

t.test('and what comes meanwhile shares the next', async t => {
  const { sink, writer } = writing()
  sink.holds = true
  writer.add('a')
  const first = writer.synced()
  await new Promise(resolve => setImmediate(resolve))
  writer.add('b')
  const second = writer.synced()
  writer.add('c')
  sink.release()
  await first
  t.equal(sink.text, 'a')
  await second
  t.strictSame(sink.events, ['write a', 'sync', 'write bc', 'sync'])
  t.equal(writer.waiting, 0)
})

t.test('what is written in pieces is written whole, and a file ends where it is cut', async t => {
  const { sink, writer } = writing()
  sink.most = 2
  writer.add('abc')
  writer.cut(7)
  writer.add('de')
  await writer.flush()
  t.strictSame(sink.events, ['write ab', 'write c', 'rotate 7', 'write de'])
})

t.test('what cannot be written stays, and is written when it can be', async t => {
  const { sink, writer, told } = writing()
  sink.failure = new Error('ENOSPC')
  writer.add('a')
  await t.rejects(writer.synced(), /ENOSPC/)
  t.equal(writer.failing, true)
  writer.add('b')
  await t.rejects(writer.synced(), /cannot be written/)
  t.equal(writer.waiting, 2)
  sink.failure = undefined
  while (writer.failing) await new Promise(resolve => setImmediate(resolve))
  await writer.flush()
  t.equal(sink.text, 'ab')
  t.strictSame(told, ['failed: ENOSPC', 'recovered'])
})

t.test('closing writes what is left, after the write that is under way', async t => {
  const { sink, writer } = writing()
  sink.holds = true
  writer.add('a')
  const flushed = writer.flush()
  await new Promise(resolve => setImmediate(resolve))
  writer.add('b')
  const closed = new Promise(resolve => writer.close((error, unwritten) => resolve([error, unwritten])))
  t.strictSame(sink.events, [])
  sink.release()
  await flushed
  t.strictSame(await closed, [undefined, 0])
  t.strictSame(sink.events, ['write a', 'close b'])
})

t.test('nothing is written behind the end, though a write was due', async t => {
  const sink = new TestSink()
  const writer = new Writer(sink, { failed: error => t.fail(String(error)), recovered: () => {} })
  writer.add('a')
  const synced = writer.synced()
  writer.close(error => t.equal(error, undefined))
  await synced
  await new Promise(resolve => setImmediate(resolve))
  t.strictSame(sink.events, ['close a'])
})
