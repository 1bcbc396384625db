import t from 'tap'
import { ExpiringStore } from '../src/expiring-store.ts'

const hour = 3_600_000

t.test('an expired value is found for a day, and forgotten within an hour more', t => {
  let now = 0
  const store = new ExpiringStore<string>(() => now)
  const key = store.add('code', hour)
  now = 25 * hour
  store.add('other', now)
  t.same(store.find(key), { value: 'code', expiresAt: hour })
  now = 26 * hour + 1
  store.add('another', now)
  t.equal(store.find(key), undefined)
  t.end()
})

t.test('keys cannot be guessed, unless they are given', t => {
  const store = new ExpiringStore<string>(() => 0)
  t.not(store.add('a', 1), store.add('a', 1))
  t.equal(store.add('a', 1, 'key'), 'key')
  store.delete('key')
  t.equal(store.find('key'), undefined)
  t.end()
})
