import t from 'tap'
import { freeOnceWritten } from '../../src/http/free-memory.ts'
import { copyOfRead, readMemory } from '../../src/http-client/read-memory.ts'

t.test('what was read stays as it is when the next is read', async t => {
  const copies = Array.from({ length: 3000 }, (_, i) => {
    const size = 1 + ((i * 37) % 6000)
    readMemory.fill(i, 0, size)
    return copyOfRead(size)
  })
  const changed = copies.findIndex((copy, i) => copy.some(byte => byte !== i % 256))
  t.equal(changed, -1)
})

t.test('nobody frees the memory of another read along with one that is written', async t => {
  const sizes = [8, 1024, 4096, 4097, 16_384, 20_000, 65_536]
  const copies = Array.from({ length: 20_000 }, (_, i) => copyOfRead(sizes[i % (i < 17_000 ? 1 : sizes.length)]!))
  const freed = copies.filter(copy => freeOnceWritten(copy) !== undefined)
  t.ok(
    freed.some(({ length }) => length === 20_000),
    'a large one is freed'
  )
  t.notOk(
    freed.find(({ buffer, length }) => buffer.byteLength !== length),
    'and has its memory for itself'
  )
})
