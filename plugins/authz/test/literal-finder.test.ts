import t from 'tap'
import { LiteralFinder } from '../src/literal-finder.ts'

t.test('finds every literal that is in a text, and no other', async t => {
  let seed = 4711
  const next = () => (seed = (seed * 48_271) % 2_147_483_647)
  const word = (length: number) => Array.from({ length }, () => 'abc'[next() % 3]).join('')
  for (let i = 0; i < 300; i++) {
    const literals = [...new Set(Array.from({ length: 1 + (next() % 12) }, () => word(1 + (next() % 4))))]
    const finder = new LiteralFinder(literals)
    for (let j = 0; j < 20; j++) {
      const text = word(next() % 12)
      const found = new Set<string>()
      const ended = finder.some(text, place => {
        found.add(literals[place]!)
        return false
      })
      const expected = literals.filter(literal => text.includes(literal))
      t.strictSame([ended, [...found].toSorted()], [false, expected.toSorted()], `${literals.join(' ')} in ${text}`)
    }
  }
})

t.test('ends with the first that is wanted', async t => {
  const seen: number[] = []
  t.equal(
    new LiteralFinder(['a', 'ab', 'c']).some('abc', place => {
      seen.push(place)
      return place === 1
    }),
    true
  )
  t.strictSame(seen, [0, 1])
})
