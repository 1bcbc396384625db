import t from 'tap'
import { wildcard } from '../src/wildcard.ts'

t.test('what a pattern fits', async t => {
  const rows: readonly (readonly [pattern: string, fits: readonly string[], not: readonly string[]])[] = [
    ['pay', ['pay', 'PAY'], ['pay_', 'repay', '']],
    ['Pay_*', ['pay_', 'PAY_all'], ['pay', 'repay_all']],
    ['*_admin', ['_admin', 'users_ADMIN'], ['admin', 'users_admins']],
    ['a*b*c', ['abc', 'a-b-c', 'abbcc'], ['ab', 'acb', 'abcd']],
    ['ab*ba', ['abba', 'ab-ba'], ['aba']],
    ['a**b', ['ab', 'a-b'], ['a']],
    ['*', ['', 'x'], []],
    ['a.c', ['a.c'], ['abc']]
  ]
  for (const [pattern, fits, not] of rows) {
    for (const name of fits) t.ok(wildcard(pattern)(name), `${pattern} fits ${name}`)
    for (const name of not) t.notOk(wildcard(pattern)(name), `${pattern} does not fit ${name}`)
  }
})
