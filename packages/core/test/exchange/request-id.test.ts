import t from 'tap'
import { requestId } from '../../src/exchange/request-id.ts'

t.test('request ids are random UUIDs, however many', async t => {
  const ids = Array.from({ length: 1000 }, requestId)
  const malformed = ids.find(id => !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))
  t.equal(malformed, undefined)
  t.equal(new Set(ids).size, 1000, 'no two are the same')
  const digits = new Set(ids.map(id => id[0]))
  t.equal(digits.size, 16, 'every digit comes up')
})
