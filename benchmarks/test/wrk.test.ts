import t from 'tap'
import { expectSuccess, parseWrk } from '../harness/wrk.ts'

const output = `Running 1s test @ http://127.0.0.1:4000
  1 threads and 32 connections
  15128 requests in 1.00s, 4.12MB read
  Non-2xx or 3xx responses: 3
Requests/sec:  15128.51
BENCH {"requests":15128,"seconds":1.000100,"p50Ms":1.903000,"p99Ms":2.872000,"socketErrors":0,"refused":3}
`

t.test('reads the summary behind what wrk itself says', async t => {
  const { requests, p99Ms, refused } = parseWrk(output)
  t.strictSame({ requests, p99Ms, refused }, { requests: 15_128, p99Ms: 2.872, refused: 3 })
})

t.test('does not take silence for a result', async t => {
  t.throws(() => parseWrk('unable to connect to 127.0.0.1:4000 Connection refused\n'), /no summary/)
})

t.test('fails a run of which one answer was no success', async t => {
  const good = { requests: 10, seconds: 1, p50Ms: 1, p99Ms: 1, socketErrors: 0, refused: 0 }
  t.doesNotThrow(() => expectSuccess('Sluice', good))
  t.throws(() => expectSuccess('Sluice', { ...good, refused: 1 }), /1 of 10 answers/)
  t.throws(() => expectSuccess('Sluice', { ...good, socketErrors: 1 }), /connections broke/)
  t.throws(() => expectSuccess('Sluice', { ...good, requests: 0 }), /no answer/)
})
