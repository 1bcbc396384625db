import t from 'tap'
import { freeOnceWritten } from '../src/http/free-memory.ts'

const read = (): Buffer => Buffer.from(new ArrayBuffer(64 * 1024))

void t.test('the memory of a read goes with its last piece', async t => {
  const whole = read()
  freeOnceWritten(whole)!()
  t.equal(whole.length, 0)

  const inPieces = read()
  const [first, last] = [inPieces.subarray(10, 30_000), inPieces.subarray(30_005)]
  t.equal(freeOnceWritten(first), undefined, 'what follows it is not written yet')
  freeOnceWritten(last)!()
  t.equal(inPieces.length, 0)
})

void t.test('memory that is little, or that others share, is left alone', async t => {
  t.equal(freeOnceWritten(Buffer.from(new ArrayBuffer(1024))), undefined)
  t.equal(freeOnceWritten(Buffer.from('of the pool that Node cuts small pieces from')), undefined)
  t.equal(freeOnceWritten(Buffer.from(new SharedArrayBuffer(64 * 1024))), undefined)
})
