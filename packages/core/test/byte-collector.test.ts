import t from 'tap'
import { ByteCollector } from '../src/http/byte-collector.ts'

t.test('pieces come back as one, whatever their sizes', async t => {
  for (const sizes of [[], [5], [1, 1, 1], [2000, 1], [1, 5000, 3], Array.from({ length: 3000 }, () => 1)]) {
    const collector = new ByteCollector()
    const pieces = sizes.map((size, i) => Buffer.alloc(size, i % 256))
    for (const piece of pieces) collector.add(piece)
    t.equal(collector.size, Buffer.concat(pieces).length)
    t.ok(collector.take().equals(Buffer.concat(pieces)))
    t.equal(collector.size, 0)
    collector.add(Buffer.from('anew'))
    t.equal(collector.take().toString(), 'anew')
  }
})

t.test('one piece alone is not copied', async t => {
  const piece = Buffer.from('alone')
  const collector = new ByteCollector()
  collector.add(piece)
  t.equal(collector.take(), piece)
})
