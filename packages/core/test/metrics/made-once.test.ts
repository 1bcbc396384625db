import t from 'tap'
import { MadeOnce } from '../../src/metrics/made-once.ts'

t.test('makes a value once for each key, and forgets none', async t => {
  const made: string[] = []
  const room = { left: 3 }
  const table = new MadeOnce(
    room,
    (outer: string) =>
      new MadeOnce(room, (inner: string) => {
        made.push(outer + inner)
        return outer + inner
      })
  )
  for (const [outer, inner] of ['ab', 'ac', 'ab', 'ac'] as const) t.equal(table.of(outer!).of(inner!), outer! + inner!)
  t.strictSame(made, ['ab', 'ac'])
  t.equal(room.left, 0)
  for (let i = 0; i < 2; i++) t.equal(table.of('a').of('d'), 'ad')
  t.strictSame(made, ['ab', 'ac', 'ad', 'ad'], 'without room it is made again')
})

t.test('does not remember a key that is long', async t => {
  let made = 0
  const table = new MadeOnce({ left: 10 }, () => ++made)
  for (const [key, remembered] of [
    ['x'.repeat(256), true],
    ['x'.repeat(257), false]
  ] as const)
    t.equal(table.of(key) === table.of(key), remembered)
})
